// Takes over the markup that the server made with React.

import { hydrateRoot } from "react-dom/client";
import { App } from "./react-app.jsx";

hydrateRoot(document.getElementById("root"), <App third={window.THIRD} />);
