// The example application in React: state, keyed lists, effects, a ref, a portal, a form.
// What all the applications of these tests do is said in application.mjs.

import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

function Gallery({ third }) {
  return (
    <figure>
      <img id="photo" src={`${third}/photo.svg`} loading="lazy" alt="" width="4" height="4" />
      <div id="back" style={{ width: 8, height: 8, backgroundImage: `url("${third}/back.svg")` }} />
    </figure>
  );
}

function Order({ count }) {
  const [sent, setSent] = useState("");
  const field = useRef(null);
  const submit = async (event) => {
    event.preventDefault();
    const body = new URLSearchParams({ name: field.current.value, count });
    setSent(await (await fetch("/api/order", { method: "POST", body })).text());
    field.current.focus();
  };
  return (
    <form id="order" onSubmit={submit}>
      <input id="name" name="name" ref={field} defaultValue="" />
      <button id="send" type="submit">send</button>
      <p id="sent">{sent}</p>
    </form>
  );
}

export function App({ third }) {
  const [items, setItems] = useState([]);
  const [rate, setRate] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [theme, setTheme] = useState("light");
  const box = useRef(null);

  useEffect(() => {
    fetch("/api/items.json").then((answer) => answer.json()).then(setItems);
    fetch(`${third}/rates.json`).then((answer) => answer.json()).then((rates) => setRate(String(rates.eur)));
    const script = document.createElement("script");
    script.src = `${third}/widget.js`;
    box.current.append(script);
    document.cookie = "ui_seen=1; Path=/";
    return () => script.remove();
  }, [third]);

  useEffect(() => {
    if (theme === "light") return;
    localStorage.setItem("ui-theme", theme);
    document.documentElement.dataset.theme = localStorage.getItem("ui-theme");
  }, [theme]);

  return (
    <main>
      <ul id="items">
        {items.map((name) => (
          <li key={name} id={`item-${name}`}>
            {name} <button type="button" onClick={() => setItems(items.filter((other) => other !== name))}>remove</button>
          </li>
        ))}
      </ul>
      <button id="add" type="button" onClick={() => setItems([...items, `plum-${items.length}`])}>add</button>
      <button id="turn" type="button" onClick={() => setItems([...items].reverse())}>turn</button>
      <button id="open" type="button" onClick={() => setOpen(!isOpen)}>open</button>
      <button id="theme" type="button" onClick={() => setTheme("dark")}>dark</button>
      {isOpen ? <p id="note">{items.length} items</p> : <p id="no-note">closed</p>}
      {isOpen && createPortal(<aside id="portal"><img src={`${third}/portal.svg`} alt="" /></aside>, document.body)}
      <p id="rate">{rate}</p>
      <Gallery third={third} />
      <Order count={items.length} />
      <div id="widget" ref={box} />
    </main>
  );
}
