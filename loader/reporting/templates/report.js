"use strict";
// The pager over the orders. Everything is built as text nodes: no value is ever read as markup.
(() => {
  const PAGE = 50;
  const MOST_PRINTED = 500;
  const byId = (id) => document.getElementById(id);
  const body = byId("body");
  if (!body) return;
  const data = JSON.parse(byId("data").textContent);
  // A text is kept as its ending and the number of characters that it shares with the one before.
  const whole = ([shared, endings]) => {
    let before = "";
    return endings.map((ending, i) => {
      before = [...before].slice(0, shared[i]).join("") + ending;
      return before;
    });
  };
  // Rows that follow on those of the order before are kept as their number, others in words.
  const spans = (steps) => {
    let end = 1;
    return steps.map((step) => {
      if (typeof step === "string") {
        end = Number(step.match(/\d+$/)?.[0] ?? end);
        return step;
      }
      end += step;
      return step === 1 ? `${end}` : `${end - step + 1} to ${end}`;
    });
  };
  const keys = whole(data.key);
  const numbers = whole(data.number);
  const rows = spans(data.rows);
  const total = keys.length;
  const headers = [...document.querySelectorAll("th[data-sort]")];
  const collator = new Intl.Collator("en", { numeric: true });
  const state = { q: "", result: "", finding: 0, sort: "", down: false, page: 1, open: new Set() };
  let found = [];
  let texts = null;

  const el = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children.filter((child) => child !== "" && child !== null));
    return node;
  };
  const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const pairs = (rows) => el("dl", { class: "pairs" }, ...rows.map(([label, text]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, String(text)))));

  // ---------------------------------------------------------------- what is asked for
  const urgency = (index) => data.standings[data.standing[index]][4];
  const rowsOf = (index) =>
    (data.file.length ? `${data.files[data.file[index]]}: ${rows[index]}` : rows[index]);
  const text = (index) => {
    texts ??= keys.map((key, i) => [
      key, numbers[i], data.statuses[data.status[i]], data.messages[data.message[i]],
    ].join("\n").toLowerCase());
    return texts[index];
  };
  const holdsRow = (index, row) => rows[index].split(", ").some((span) => {
    const [first, last = first] = span.split(" to ").map(Number);
    return first <= row && row <= last;
  });
  const asked = () => {
    const wanted = state.q.trim().toLowerCase();
    const row = /^rows?\s+(\d+)$/.exec(wanted);
    if (row) return (index) => holdsRow(index, Number(row[1]));
    return wanted ? (index) => text(index).includes(wanted) : () => true;
  };
  const compared = {
    key: (a, b) => collator.compare(keys[a], keys[b]),
    number: (a, b) => collator.compare(numbers[a], numbers[b]),
    rows: (a, b) => (data.file.length ? data.file[a] - data.file[b] : 0)
      || parseInt(rows[a], 10) - parseInt(rows[b], 10),
    standing: (a, b) => urgency(a) - urgency(b) || data.standing[a] - data.standing[b],
    action: (a, b) => collator.compare(data.actions[data.action[a]], data.actions[data.action[b]]),
    status: (a, b) => collator.compare(data.statuses[data.status[a]], data.statuses[data.status[b]]),
    message: (a, b) => collator.compare(data.messages[data.message[a]], data.messages[data.message[b]]),
    "": (a, b) => urgency(a) - urgency(b),
  };
  const search = () => {
    const matches = asked();
    const standing = data.standings.findIndex(([name]) => name === state.result);
    found = [];
    for (let index = 0; index < total; index += 1) {
      if (state.result && data.standing[index] !== standing) continue;
      if (state.finding && !(data.cards[index] || []).includes(state.finding)) continue;
      if (matches(index)) found.push(index);
    }
    found.sort(compared[state.sort]);
    if (state.down) found.reverse();
    state.page = Math.min(Math.max(1, state.page), pages());
  };
  const pages = () => Math.max(1, Math.ceil(found.length / PAGE));

  // ---------------------------------------------------------------- an order and its tree
  const tag = (index) => {
    const [, label, tone, sign] = data.standings[data.standing[index]];
    return el("span", { class: `tag ${tone}` }, el("span", { "aria-hidden": "true" }, sign), ` ${label}`);
  };
  const named = (name, facts) => [
    el("strong", { class: "value" }, name), facts ? el("span", { class: "facts value" }, ` ${facts}`) : "",
  ];
  const content = (name, size) => el("li", {}, el("span", { class: "value" }, data.words[name]),
    size ? ` × ${size}` : "");
  const pouch = ([time, facts, ...contents]) => {
    const items = [];
    for (let i = 0; i < contents.length; i += 2) items.push(content(contents[i], contents[i + 1]));
    return el("li", {}, ...named(data.words[time] || "Pouch", data.words[facts]), el("ul", {}, ...items));
  };
  const line = ([name, facts, ...pouches], number) => el("li", {},
    ...named(data.words[name] || `Order line ${number + 1}`, data.words[facts]),
    pouches.length ? el("ul", {}, ...pouches.map((place) => pouch(data.pouches[place]))) : "");
  const findings = (index) => (data.cards[index] || []).map((number) => {
    const title = byId(`finding-${number}-title`);
    if (!title) return null;
    const column = title.parentElement.querySelector(".where strong")?.textContent;
    return el("li", {}, column ? `${column}: ` : "", el("a", { href: `#finding-${number}` }, title.textContent));
  }).filter((item) => item !== null);
  const unpacked = (numbers) => {
    const lines = [];
    const facts = [];
    for (const number of numbers) {
      if (number < 0) facts.push([data.labels[-1 - number], []]);
      else if (facts.length) facts.at(-1)[1].push(data.words[number]);
      else lines.push(number);
    }
    return { lines, about: facts.map(([[label, joint], parts]) => [label, parts.join(joint)]) };
  };
  const withoutTree = (index) => (data.standings[data.standing[index]][0] === "to_correct"
    ? "Its pouches can be shown once it is corrected." : "The content of this order is not in this file.");
  const detail = (index) => {
    const { lines, about } = unpacked(data.content[index] || []);
    if (data.makes[index]) about.push(["Makes", plural(data.makes[index], "pouch").replace("pouchs", "pouches")]);
    if (data.attempts[index]) about.push(["Attempts", data.attempts[index]]);
    const errors = data.errors[index] || [];
    const items = findings(index);
    return el("tr", { class: "detail", role: "row", id: `detail-${index}` },
      el("td", { colspan: headers.length, role: "cell" },
        lines.length
          ? el("ul", { class: "tree" }, ...lines.map((place, number) => line(data.lines[place], number)))
          : el("p", { class: "quiet" }, withoutTree(index)),
        errors.length ? el("h3", {}, "What came back") : "", errors.length ? pairs(errors) : "",
        items.length ? el("h3", {}, "What was found") : "", items.length ? el("ul", {}, ...items) : "",
        about.length ? el("h3", {}, "About the order") : "", about.length ? pairs(about) : ""));
  };
  const cells = {
    key: (index) => {
      const open = state.open.has(keys[index]);
      return el("button", {
        type: "button", "aria-expanded": open, "aria-controls": `detail-${index}`, "data-index": index,
      }, keys[index]);
    },
    rows: rowsOf,
    standing: tag,
    action: (index) => data.actions[data.action[index]],
    number: (index) => numbers[index],
    status: (index) => data.statuses[data.status[index]],
    message: (index) => data.messages[data.message[index]],
  };
  const order = (index) => {
    const row = el("tr", { role: "row" }, ...headers.map((header) => {
      const name = header.dataset.sort;
      const attributes = name === "key" ? { scope: "row", role: "rowheader" }
        : { role: "cell", "data-label": header.dataset.label };
      return el(name === "key" ? "th" : "td", attributes, cells[name](index));
    }));
    return state.open.has(keys[index]) ? [row, detail(index)] : [row];
  };

  // ---------------------------------------------------------------- the page
  const onPage = () => found.slice((state.page - 1) * PAGE, state.page * PAGE);
  const shown = (indexes) => body.replaceChildren(...indexes.flatMap(order));
  const said = () => {
    const title = state.finding && byId(`finding-${state.finding}-title`);
    const narrowed = state.q || state.result || state.finding;
    const all = narrowed ? `${found.length.toLocaleString("en")} of ${plural(total, "order")}` : plural(total, "order");
    return all + (title ? `, with the finding “${title.textContent}”` : "")
      + (state.sort ? "" : "; those that need a person come first") + ".";
  };
  const openAll = () => {
    const all = onPage();
    return all.length > 0 && all.every((index) => state.open.has(keys[index]));
  };
  const tools = () => {
    byId("search").value = state.q;
    byId("result").value = state.result;
    byId("shown").textContent = said();
    byId("pager").hidden = pages() === 1;
    byId("page").textContent = `Page ${state.page} of ${pages()}`;
    byId("previous").setAttribute("aria-disabled", String(state.page === 1));
    byId("following").setAttribute("aria-disabled", String(state.page === pages()));
    byId("open-all").setAttribute("aria-pressed", String(openAll()));
    for (const header of headers) {
      const sorted = header.dataset.sort === state.sort;
      if (sorted) header.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
      header.querySelector("span").textContent = sorted ? (state.down ? " ↓" : " ↑") : "";
    }
  };
  const remember = () => {
    const kept = new URLSearchParams();
    for (const name of ["q", "result", "sort"]) if (state[name]) kept.set(name, state[name]);
    if (state.finding) kept.set("finding", state.finding);
    if (state.down) kept.set("down", "1");
    if (state.page > 1) kept.set("page", state.page);
    for (const key of state.open) kept.append("open", key);
    history.replaceState(null, "", `#${kept}`);
  };
  const recall = () => {
    const kept = new URLSearchParams(location.hash.slice(1));
    state.q = kept.get("q") || "";
    state.result = data.standings.some(([name]) => name === kept.get("result")) ? kept.get("result") : "";
    state.finding = Number(kept.get("finding")) || 0;
    state.sort = Object.hasOwn(compared, kept.get("sort")) ? kept.get("sort") : "";
    state.down = kept.has("down");
    state.page = Math.trunc(Number(kept.get("page"))) || 1;
    state.open = new Set(kept.getAll("open"));
  };
  const update = () => { search(); shown(onPage()); tools(); remember(); };
  const change = (changes) => { Object.assign(state, { page: 1 }, changes); update(); };
  const turn = (by) => {
    const page = state.page + by;
    if (page >= 1 && page <= pages()) { change({ page }); byId("orders").scrollIntoView(); }
  };
  const toggle = (button) => {
    const index = Number(button.dataset.index);
    const open = !state.open.delete(keys[index]);
    if (open) {
      state.open.add(keys[index]);
      button.closest("tr").after(detail(index));
    } else byId(`detail-${index}`).remove();
    button.setAttribute("aria-expanded", String(open));
    tools();
    remember();
  };
  const follow = (link) => {
    const narrowed = { q: "", result: "", finding: 0, sort: "", down: false };
    if ("show" in link.dataset) change({ ...narrowed, result: link.dataset.show });
    else if ("card" in link.dataset) change({ ...narrowed, finding: Number(link.dataset.card) });
    const target = byId(link.hash.slice(1));
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };

  for (const header of headers) {
    header.dataset.label = header.textContent;
    const button = el("button", { type: "button" }, header.textContent, el("span", { "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      const again = state.sort === header.dataset.sort;
      if (again && state.down) change({ sort: "", down: false });
      else change({ sort: header.dataset.sort, down: again });
    });
    header.replaceChildren(button);
  }
  byId("search").addEventListener("input", (event) => change({ q: event.target.value }));
  byId("result").addEventListener("change", (event) => change({ result: event.target.value }));
  byId("clear").addEventListener("click", () =>
    change({ q: "", result: "", finding: 0, sort: "", down: false, open: new Set() }));
  byId("open-all").addEventListener("click", () => {
    const closing = openAll();
    for (const index of onPage()) state.open[closing ? "delete" : "add"](keys[index]);
    update();
  });
  byId("previous").addEventListener("click", () => turn(-1));
  byId("following").addEventListener("click", () => turn(1));
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-index]");
    if (button) toggle(button);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    follow(link);
  });
  addEventListener("hashchange", () => { recall(); update(); });
  addEventListener("beforeprint", () => {
    shown(found.slice(0, MOST_PRINTED));
    if (found.length > MOST_PRINTED) byId("shown").textContent += ` Printed: the first ${MOST_PRINTED}.`;
  });
  addEventListener("afterprint", () => { shown(onPage()); tools(); });
  byId("without-script").hidden = true;
  byId("tools").hidden = false;
  recall();
  update();
})();
