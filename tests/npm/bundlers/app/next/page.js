// A page from the server around a part that runs in the browser too.
import { Application } from "./application.js";

export default function Page() {
  return (
    <main>
      <h1>Application</h1>
      <Application />
    </main>
  );
}
