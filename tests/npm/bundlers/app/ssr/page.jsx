// What the page loads: it takes over what the server printed, with the state that it was made of.
import { hydrateRoot } from "react-dom/client";
import { Root } from "./root.jsx";

const serverState = JSON.parse(document.getElementById("state").textContent);
hydrateRoot(document.getElementById("root"), <Root serverState={serverState} />);
