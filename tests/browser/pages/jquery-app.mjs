// The script of the page written with jQuery: markup with scripts by `.html()` and `.append()`, `$.ajax`
// to both servers for data and a script, `.load()`, delegated events, styles and animations.

import $ from "jquery";

const third = window.THIRD;
const ran = (name) => $("<i>").text(name).appendTo("#list");
window.ran = ran;
$(() => {
  $("#written").html(
    `<p>written</p><img src="${third}/written.svg" alt=""><script>ran("inline")</script><script src="${third}/written.js"></script>`,
  );
  $("#appended").append(
    $("<p>made</p>"),
    `<img src="${third}/appended.svg" alt="">`,
    `<script src="/own.js"></script>`,
  );
  $("#loaded").load("/fragment.html #part");
  // Not `$.getScript`, which adds the time to the address.
  $.ajax({ url: `${third}/widget.js`, dataType: "script", cache: true }).then(() => ran("got"));
  $.ajax({ url: `${third}/rates.json`, dataType: "json" }).then(({ eur }) => $("#rate").text(eur));
  $.getJSON("/api/items.json", (names) => {
    for (const name of names) $("<li>", { id: name, text: name }).appendTo("#list");
  });
  $("#list").on("click", "li", ({ currentTarget }) => $(currentTarget).toggleClass("chosen").data("seen", true));
  $("#box")
    .css({ "background-image": `url("${third}/back.svg")`, width: 10 })
    .attr("data-set", "yes")
    .prop("title", "box");
  $("#order").on("submit", function (event) {
    event.preventDefault();
    $.post("/api/order", $(this).serialize()).then((text) => $("#sent").text(text));
  });
  $("#animate").on("click", () => {
    $("#box")
      .animate({ width: 40 }, 30)
      .fadeOut(20)
      .fadeIn(20, () => $("#box").addClass("moved"));
  });
  document.cookie = "ui_seen=1; Path=/";
  localStorage["ui-theme"] = "dark";
  sessionStorage.setItem("ui-tab", "1");
});
