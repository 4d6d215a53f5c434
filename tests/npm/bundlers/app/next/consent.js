// What components may have of Consentinel, on both sides: a server component hands it on as what it is in the browser.
"use client";

export { shared } from "../app.js";
