// What the server makes of the React application.

import { renderToString } from "react-dom/server";
import { App } from "./react-app.jsx";
import { Document } from "./react-document.jsx";

export const part = (third) => renderToString(<App third={third} />);
export const whole = (third, policy) => `<!doctype html>${renderToString(<Document third={third} policy={policy} />)}`;
