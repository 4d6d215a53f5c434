// Attempts by code that is given as text (addresses with `javascript:`, handlers in attributes), and by
// forms. What a visitor would see happens in frames, so that the page stays.

const code = (id, title, run, more) => ({
  id: `code-${id}`,
  kind: "code as text",
  load: "code",
  title,
  sink: "request",
  run,
  ...more,
});
const stored = (id, title, run) => ({ ...code(id, title, run), sink: "cookie" });
const form = (id, title, run, more) => ({
  id: `form-${id}`,
  kind: "forms",
  load: "code",
  title,
  sink: "request",
  run,
  ...more,
});

const send = (at) => `void fetch('${at.url("txt")}', { mode: 'no-cors' })`;
const made = (at, change) => {
  at.frame((frame) => {
    frame.name = "form-" + at.name;
  });
  const element = document.createElement("form");
  element.action = at.url("html");
  element.method = "post";
  element.target = "form-" + at.name;
  element.innerHTML = '<input name="field" value="value"><button></button>';
  change?.(element);
  at.box.append(element);
  return element;
};
const withForm = { args: [made] };

export const codes = [
  code(
    "location",
    '`location.href = "javascript:…"`',
    (at, send) => {
      // One after the other: a second navigation takes the place of the first.
      window.lastCode = Promise.resolve(window.lastCode).then(
        () =>
          new Promise((resolve) => {
            window.endCode = resolve;
            location.href = "javascript:" + send(at) + "; void endCode()";
          }),
      );
      return window.lastCode;
    },
    { args: [send], load: "code-location" },
  ),
  code(
    "link",
    "click on a `javascript:` link",
    (at, send) => {
      const link = document.createElement("a");
      link.href = "javascript:" + send(at);
      at.box.append(link);
      link.click();
    },
    { args: [send], load: "code-link" },
  ),
  code(
    "frame",
    "`javascript:` frame",
    (at, send) => {
      at.frame((frame) => {
        frame.src = "javascript:" + send(at);
      });
    },
    { args: [send] },
  ),
  code(
    "frame-parent",
    "`javascript:` frame that uses its parent",
    (at, send) => {
      at.frame((frame) => {
        frame.src = "javascript:" + send(at).replace("fetch", "parent.fetch");
      });
    },
    { args: [send] },
  ),
  code(
    "frame-location",
    "`javascript:` as `location` of a frame",
    (at, send) => {
      at.frame().contentWindow.location = "javascript:" + send(at);
    },
    { args: [send] },
  ),
  code(
    "open",
    '`open("javascript:…", name)` into a frame',
    (at, send) => {
      at.frame((frame) => {
        frame.name = "code-" + at.name;
      });
      open("javascript:" + send(at), "code-" + at.name);
    },
    { args: [send] },
  ),
  code(
    "form",
    "`javascript:` as `action` of a form",
    (at, send) => {
      at.frame((frame) => {
        frame.name = "code-" + at.name;
      });
      at.box.innerHTML = `<form target="code-${at.name}" action="javascript:${send(at)}"></form>`;
      at.box.firstChild.submit();
    },
    { args: [send] },
  ),
  code(
    "handler",
    '`setAttribute("onclick", …)` and a click',
    (at, send) => {
      at.box.setAttribute("onclick", send(at));
      at.box.click();
    },
    { args: [send] },
  ),
  code(
    "handler-error",
    "`onerror` of an image, by `innerHTML`",
    (at, send) => {
      at.box.innerHTML = `<img src="data:," onerror="${send(at)}">`;
    },
    { args: [send] },
  ),
  code("handler-error-image", "`onerror` that makes an image, by `innerHTML`", (at) => {
    at.box.innerHTML = `<img src="data:," onerror="new Image().src='${at.url()}'">`;
  }),
  code(
    "handler-frame",
    "`onload` of a frame, by `innerHTML`",
    (at, send) => {
      at.box.innerHTML = `<iframe onload="${send(at)}"></iframe>`;
    },
    { args: [send] },
  ),
  code(
    "handler-toggle",
    "`ontoggle` of `details`",
    (at, send) => {
      at.box.innerHTML = `<details open ontoggle="${send(at)}"></details>`;
    },
    { args: [send] },
  ),
  code(
    "script-text",
    "text of a script element",
    (at, send) => {
      const script = document.createElement("script");
      script.text = send(at);
      at.box.append(script);
    },
    { args: [send] },
  ),
  code(
    "script-data",
    "`data:` script",
    (at, send) => {
      const script = document.createElement("script");
      script.src = "data:text/javascript," + encodeURIComponent(send(at));
      at.box.append(script);
    },
    { args: [send] },
  ),
  code(
    "script-blob",
    "`blob:` script",
    (at, send) => {
      const script = document.createElement("script");
      script.src = URL.createObjectURL(new Blob([send(at)]));
      at.box.append(script);
    },
    { args: [send] },
  ),
  code(
    "eval",
    "`eval`",
    (at, send) => {
      (0, eval)(send(at));
    },
    { args: [send] },
  ),
  code(
    "function",
    "`new Function`",
    (at, send) => {
      new Function(send(at))();
    },
    { args: [send] },
  ),
  code(
    "timeout",
    "`setTimeout` with a text",
    (at, send) => {
      setTimeout(send(at), 0);
    },
    { args: [send] },
  ),
  stored("cookie-handler", "cookie by a handler in an attribute", (at) => {
    at.box.setAttribute("onclick", `document.cookie = '${at.cookie}'`);
    at.box.click();
  }),
  stored("cookie-bare", "cookie by a handler, as the bare name `cookie`", (at) => {
    at.box.setAttribute("onclick", `cookie = '${at.cookie}'`);
    at.box.click();
  }),
  stored("cookie-script", "cookie by the text of a script element", (at) => {
    const script = document.createElement("script");
    script.text = `document.cookie = '${at.cookie}'`;
    at.box.append(script);
  }),
  stored("cookie-frame", "cookie by a `javascript:` frame", (at) => {
    at.frame((frame) => {
      frame.src = `javascript:void (document.cookie = '${at.cookie}')`;
    });
  }),
  stored("cookie-srcdoc", "cookie by a script in `srcdoc`", (at) => {
    at.frame((frame) => {
      frame.srcdoc = `<script>document.cookie = '${at.cookie}'</script>`;
    });
  }),
  form(
    "submit",
    "`submit()`",
    (at, made) => {
      made(at).submit();
    },
    withForm,
  ),
  form(
    "submit-get",
    "`submit()` of a form with `get`",
    (at, made) => {
      made(at, (form) => {
        form.method = "get";
      }).submit();
    },
    withForm,
  ),
  form(
    "submit-prototype",
    "`HTMLFormElement.prototype.submit.call`",
    (at, made) => {
      HTMLFormElement.prototype.submit.call(made(at));
    },
    withForm,
  ),
  form(
    "submit-clobbered",
    "`submit` in a form with a field of the name `action`",
    (at, made) => {
      made(at, (form) => {
        form.setAttribute("action", at.url("html"));
        form.insertAdjacentHTML("beforeend", '<input name="action" value="/plain.html">');
      }).submit();
    },
    withForm,
  ),
  form(
    "request-submit",
    "`requestSubmit()`",
    (at, made) => {
      made(at).requestSubmit();
    },
    withForm,
  ),
  form(
    "click",
    "click on the button",
    (at, made) => {
      made(at).querySelector("button").click();
    },
    withForm,
  ),
  form(
    "form-action",
    "click on a button with `formaction`",
    (at, made) => {
      const button = made(at, (form) => {
        form.action = "/plain.html";
      }).querySelector("button");
      button.formAction = at.url("html");
      button.click();
    },
    withForm,
  ),
  form(
    "button-outside",
    "click on a button elsewhere with `form`",
    (at, made) => {
      made(at, (form) => {
        form.id = "id-" + at.name;
      });
      const button = document.createElement("button");
      button.setAttribute("form", "id-" + at.name);
      at.box.append(button);
      button.click();
    },
    withForm,
  ),
  form("markup", "form by `innerHTML`, click", (at) => {
    at.frame((frame) => {
      frame.name = "form-" + at.name;
    });
    const holder = document.createElement("div");
    at.box.append(holder);
    holder.innerHTML = `<form action="${at.url("html")}" method="post" target="form-${at.name}"><input name="a" value="b"><button></button></form>`;
    holder.querySelector("button").click();
  }),
  form(
    "shadow-request",
    "`requestSubmit()` in a shadow root",
    (at, made) => {
      const form = made(at);
      at.box.append(document.createElement("div"));
      at.box.lastChild.attachShadow({ mode: "open" }).append(form);
      form.requestSubmit();
    },
    withForm,
  ),
  form("shadow-click", "click on the button of a form in a closed shadow root, by `innerHTML`", (at) => {
    at.frame((frame) => {
      frame.name = "form-" + at.name;
    });
    at.box.append(document.createElement("div"));
    const root = at.box.lastChild.attachShadow({ mode: "closed" });
    root.innerHTML = `<form action="${at.url("html")}" method="post" target="form-${at.name}"><button></button></form>`;
    root.querySelector("button").click();
  }),
  form("opened", "`requestSubmit()` in a frame whose document was opened anew", (at) => {
    const { contentDocument } = at.frame();
    contentDocument.open();
    contentDocument.write(`<form action="${at.url("html")}" method="post"></form>`);
    contentDocument.close();
    contentDocument.querySelector("form").requestSubmit();
  }),
  form(
    "listener-action",
    "`action` set by a listener for `submit`",
    (at, made) => {
      const form = made(at, (form) => {
        form.action = "/plain.html";
      });
      at.box.addEventListener("submit", () => {
        form.action = at.url("html");
      });
      form.requestSubmit();
    },
    { ...withForm, load: "code-forms" },
  ),
  form(
    "listener-method",
    "`method` set anew by a listener for `submit`",
    (at, made) => {
      const form = made(at);
      at.box.addEventListener("submit", () => {
        form.method = "post";
        form.action = at.url("html");
      });
      form.requestSubmit();
    },
    { ...withForm, load: "code-forms" },
  ),
  form(
    "enter",
    "submit by a listener that calls `submit()`",
    (at, made) => {
      const form = made(at, (form) => {
        form.action = "/plain.html";
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        form.action = at.url("html");
        form.submit();
      });
      form.requestSubmit();
    },
    withForm,
  ),
];
