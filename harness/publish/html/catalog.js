"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byPage = new Map(data.tables.map((table) => [table.page, table]));
  // what a word is looked for in, made once: a page of many tables is searched at each letter
  const haystacks = new Map(
    data.tables.map((table) => [
      table,
      {
        table: [table.name, table.layer, table.description, ...table.facts.map((fact) => fact[1])].join("\n").toLowerCase(),
        columns: table.columns.map((column) => column.join("\n").toLowerCase()),
      },
    ]),
  );

  // the only way in which this page makes anything: what is text stays text
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const words = (text) => make("bdi", {}, text);
  const address = (page) => `#table=${encodeURIComponent(page)}`;

  const search = make("input", { type: "search", id: "search", autocomplete: "off", placeholder: "table, column, owner, …" });
  const layers = make("select", { id: "layer" }, make("option", { value: "" }, "all"));
  for (const layer of data.layers) layers.append(make("option", { value: layer }, layer));
  const found = make("p", { class: "count", role: "status" });
  const list = make("nav", { "aria-label": "Tables", tabindex: "0" });
  const article = make("article", { id: "table", tabindex: "-1" });
  const main = make(
    "main",
    { class: "catalog" },
    make(
      "header",
      {},
      make("h1", {}, words(data.heading)),
      make("p", { class: "note" }, data.summary),
      make(
        "form",
        { class: "filters", role: "search" },
        make("label", { class: "search", for: "search" }, "Search", search),
        make("label", { for: "layer" }, "Layer", layers),
      ),
      found,
    ),
    list,
    article,
  );

  /** The columns that hold every word which the table itself does not; null when some word is nowhere. */
  function match(table, asked) {
    const hay = haystacks.get(table);
    const left = asked.filter((word) => !hay.table.includes(word));
    if (!left.length) return [];
    const columns = table.columns.filter((_, index) => left.every((word) => hay.columns[index].includes(word)));
    return columns.length ? columns : null;
  }

  function drawList() {
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const current = shown();
    let count = 0;
    const parts = [];
    for (const layer of data.layers) {
      if (layers.value && layers.value !== layer) continue;
      const items = [];
      for (const table of data.tables) {
        if (table.layer !== layer) continue;
        const columns = match(table, asked);
        if (columns === null) continue;
        const link = make("a", { href: address(table.page) }, words(table.name));
        if (table === current) link.setAttribute("aria-current", "page");
        const item = make("li", {}, link);
        if (columns.length) {
          const names = columns.slice(0, 6).map((column) => column[0]);
          if (columns.length > 6) names.push("…");
          item.append(make("small", {}, words(names.join(", "))));
        }
        items.push(item);
      }
      count += items.length;
      if (items.length) parts.push(make("h2", {}, words(layer)), make("ul", {}, ...items));
    }
    found.textContent = `${count.toLocaleString("en")} of ${data.tables.length.toLocaleString("en")} tables`;
    list.replaceChildren(...parts);
  }

  function shown() {
    const hash = location.hash;
    if (!hash.startsWith("#table=")) return data.tables[0];
    try {
      return byPage.get(decodeURIComponent(hash.slice(7)));
    } catch {
      return undefined;
    }
  }

  function drawTable() {
    const table = shown();
    document.title = table ? `${table.name} · ${data.heading}` : data.heading;
    if (!table) {
      article.replaceChildren(make("p", {}, data.tables.length ? "There is no such table." : "No table is under contract."));
      return;
    }
    const facts = make("dl", {});
    for (const [word, said] of table.facts) facts.append(make("dt", {}, words(word)), make("dd", {}, words(said)));
    article.replaceChildren(
      make("h2", {}, words(table.name)),
      make("p", {}, words(table.description)),
      make("p", { class: "note" }, words(table.layer)),
      facts,
      make("h3", {}, "Lineage"),
      make("div", { class: "near" }, side("comes from", table.up), make("p", {}, words(table.name)), side("goes into", table.down)),
      make("h3", {}, "Columns"),
      columns(table),
    );
  }

  function side(word, tables) {
    const items = tables.map(([name, page]) =>
      page ? make("li", {}, make("a", { href: address(page) }, words(name))) : make("li", { class: "foreign" }, words(name)),
    );
    return make("div", {}, make("small", {}, word), items.length ? make("ul", {}, ...items) : make("div", {}, "nothing that is known"));
  }

  function columns(table) {
    const head = make("tr", {});
    for (const word of ["column", "type", "is", "classification", "description", "origin"]) head.append(make("th", { scope: "col" }, word));
    const body = make("tbody", {});
    for (const column of table.columns) {
      const row = make("tr", {});
      column.forEach((text, index) => row.append(make("td", {}, index < 2 ? make("code", {}, words(text)) : words(text))));
      body.append(row);
    }
    return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Columns" }, make("table", {}, make("thead", {}, head), body));
  }

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(drawList, 60);
  });
  layers.addEventListener("change", drawList);
  main.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    drawTable();
    drawList();
    article.focus();
  });
  drawTable();
  drawList();
  document.getElementById("app").replaceChildren(main);
  document.documentElement.dataset.ready = "";
  performance.mark("ready");
})();
