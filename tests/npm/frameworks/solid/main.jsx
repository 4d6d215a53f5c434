// Starts the application.
import { consent } from "./consent.js";
import { render } from "solid-js/web";
import { Shops } from "./Shops.jsx";

const App = () => (
  <>
    <Shops />
    <footer>
      <button type="button" onClick={() => consent.open()}>
        Cookies
      </button>
    </footer>
  </>
);

render(App, document.querySelector("#root"));
