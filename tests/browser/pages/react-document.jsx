// React in charge of the whole document, `<html>` included, as some frameworks on top of it do it.

import { hydrateRoot } from "react-dom/client";
import { App } from "./react-app.jsx";

export function Document({ third, policy }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Test page</title>
        <link rel="icon" href="data:," />
        {policy && <script type="application/json" id="consentinel-policy" dangerouslySetInnerHTML={{ __html: policy }} />}
        {policy && <script src="/dist/consentinel.js" />}
      </head>
      <body>
        <div id="root"><App third={third} /></div>
        <script src="/app.js" defer />
      </body>
    </html>
  );
}

if (typeof document === "object") {
  const policy = document.getElementById("consentinel-policy")?.textContent;
  const third = document.getElementById("photo").src.replace("/photo.svg", "");
  hydrateRoot(document, <Document third={third} policy={policy} />);
}
