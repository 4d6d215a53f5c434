// The application as a component: made on the server as well, where nothing is gated and nobody is asked.
"use client";

import { useEffect } from "react";
import { run } from "../app.js";

export function Application() {
  useEffect(run, []);
  return (
    <>
      <button type="button" id="ask">
        Ask
      </button>
      <output />
    </>
  );
}
