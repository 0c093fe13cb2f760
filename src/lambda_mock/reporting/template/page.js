// Everything here is drawn from the stories at the end of the page, which are unpacked when the page is there: a list of
// JSON texts, one for each test, drawn when the test is opened. Text of tests becomes text nodes and nothing else.
"use strict";
(() => {
  const KINDS = { c: "call", r: "run", d: "delivery", a: "arranged" };
  const GLYPHS = ["●", "◆", "▲", "■", "▼", "⬟", "✚", "★"];
  const LATEST = "$LATEST";

  // Making elements ------------------------------------------------------------------------------------------------

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }
  const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const s = (tag, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const percent = (share) => `${+(share * 100).toFixed(2)} %`;

  function lasted(ms) {
    if (ms < 10) return `${+ms.toFixed(2)} ms`;
    if (ms < 1000) return `${Math.round(ms)} ms`;
    const seconds = ms / 1000;
    if (seconds < 60) return `${+seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
    const whole = Math.round(seconds), units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
    const first = units.findIndex(([, size]) => whole >= size);
    const [unit, size] = units[first];
    const rest = first < 3 ? Math.floor((whole % size) / units[first + 1][1]) : 0;
    return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${units[first + 1][0]}` : ""}`;
  }

  function pretty(text) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }

  const clipped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  // The list of events ---------------------------------------------------------------------------------------------

  function described(event) {
    const about = event.a ? h("span", { class: "about" }, event.a) : null;
    const parts = [];
    if (event.k === "r") {
      parts.push(h("b", {}, event.n), event.a ? h("span", { class: "about" }, `:${event.a}`) : null, " ");
      parts.push(h("span", { class: "tag" }, event.v === LATEST ? LATEST : `version ${event.v}`));
      if (event.w) parts.push(" ", h("span", { class: "via" }, event.w === "event" ? "of an event" : `from ${event.w}`));
    } else if (event.k === "d") {
      parts.push(h("b", {}, event.w), " of ", about, " ", h("span", { class: "via" }, event.n));
    } else {
      parts.push(h("b", {}, event.n), " ", about);
      if (event.k === "a" && !event.n.startsWith("mock.")) parts.push(" ", h("span", { class: "via" }, "by the mock itself"));
    }
    const ordered = event.k === "c" && event.w ? h("span", { class: "via" }, `by ${event.w}`) : null;
    if (event.r) parts.push(" ", h("span", { class: "tag" }, `attempt ${event.r}`));
    if (event.x) parts.push(" ", h("span", { class: "err" }, `→ ${event.x}`));
    if (ordered) parts.push(" ", ordered);
    return parts;
  }

  function details(event) {
    const names = event.k === "r" ? ["event", "result"] : event.k === "d" ? ["body", ""] : ["parameters", "answer"];
    const shown = [[names[0], event.q, true], [names[1], event.o, true], ["log", event.l, false]].filter(([, text]) => text);
    return h("div", { class: "details" }, shown.length
      ? shown.map(([name, text, json]) => h("div", {}, h("h4", {}, name), h("pre", {}, json ? pretty(text) : text)))
      : h("p", { class: "more" }, event.e ? "What was sent and what came back stands beneath, at the run." : "There is nothing more to show."));
  }

  function eventItem(event, view) {
    if (event.k === "g") return h("li", { class: "more" }, `… ${counted(event.c, "more event")} in this place, not kept`);
    const steps = view.stepsOf.get(event.i) || [];
    const times = event.d === undefined ? `+${lasted(event.t)}` : `+${lasted(event.t)} · ${lasted(event.d)}`;
    const row = h("details", { class: `ev k-${event.k} ${event.k}` },
      h("summary", {},
        h("span", { class: "glyph" }),
        h("span", { class: "what" }, h("span", { class: "vh" }, `${KINDS[event.k]}: `), described(event),
          steps.map((step) => [" ", h("button", {
            class: "tag step", type: "button", title: "Show the graph as it stood after this",
            onclick: (click) => { click.preventDefault(); step.show(); },
          }, `step ${step.place}`)])),
        h("span", { class: "when", title: "Since the first event, and how long it took, by the mock’s clock" }, times)));
    row.addEventListener("toggle", () => { if (row.open && !row.querySelector(".details")) row.append(details(event)); });
    view.rows.set(event.i, row);
    const below = event.e || [];
    return h("li", {}, row, below.length ? h("ol", {}, grouped(below, view)) : null);
  }

  // Many calls of one kind in a row are one line, which opens: a canary's hundred invocations, say.

  const FEWEST_ALIKE = 4;

  function alike(events, view) {
    const isOne = (one, other) => one.k === "c" && other.k === "c" && one.n === other.n && one.a === other.a && one.x === other.x && one.w === other.w;
    const groups = [];
    for (let from = 0; from < events.length;) {
      let to = from;
      while (to < events.length && isOne(events[from], events[to]) && !view.stepsOf.has(events[to].i)) to += 1;
      if (to - from >= FEWEST_ALIKE) groups.push(events.slice(from, to));
      else groups.push(...events.slice(from, Math.max(to, from + 1)).map((event) => [event]));
      from = Math.max(to, from + 1);
    }
    return groups;
  }

  const grouped = (events, view) => alike(events, view).map((group) =>
    (group.length > 1 ? groupItem(group, view) : eventItem(group[0], view)));

  function groupItem(events, view) {
    const [first] = events, last = events[events.length - 1];
    const ran = new Map();
    let failed = 0;
    for (const run of events.flatMap((event) => event.e || []).filter((event) => event.k === "r")) {
      ran.set(run.v, (ran.get(run.v) || 0) + 1);
      failed += Boolean(run.x);
    }
    const versions = [...ran].sort(([one], [other]) => rank(one) - rank(other));
    const inside = h("ol");
    const group = h("details", { class: `ev k-${first.k} ${first.k} group` }, h("summary", {}, h("span", { class: "glyph" }),
      h("span", { class: "what" }, h("span", { class: "times" }, `${events.length} ×`), " ", described(first),
        versions.map(([version, runs]) => [" ", h("span", { class: "tag" }, `${version === LATEST ? LATEST : `version ${version}`}: ${runs.toLocaleString("en")}`)]),
        failed ? [" ", h("span", { class: "err" }, `${counted(failed, "run")} failed`)] : null),
      h("span", { class: "when" }, `+${lasted(first.t)} to +${lasted(last.t)}`)));
    const draw = () => { if (!inside.childNodes.length) inside.append(...events.map((event) => eventItem(event, view))); };
    group.addEventListener("toggle", () => { if (group.open) draw(); });
    group.append(inside);
    const show = () => { draw(); group.open = true; };
    const register = (event) => { view.groups.set(event.i, show); (event.e || []).forEach(register); };
    events.forEach(register);
    return h("li", {}, group);
  }

  // The lanes ------------------------------------------------------------------------------------------------------

  const LANES = { c: "calls", r: "runs", d: "deliveries" };
  const UNIT = 11, MANY = 60, GAP = 4, BAR = 10, LABELS = 74;

  function laidOut(events, view) {
    const marks = [], jumps = [];
    let x = 0, reached = 0;
    const jump = (says) => {
      x += 2 * GAP;
      jumps.push({ x, says });
      x += 3 * GAP;
    };
    const mark = (event, lane, level, extra) => {
      marks.push({ event, lane, level, from: x, ...extra });
      return marks[marks.length - 1];
    };
    const place = ([event, ...others], depth) => {
      if (event.k === "g") {
        jump(`… ${event.c.toLocaleString("en")} …`);
        return;
      }
      const lane = event.k === "a" ? "c" : event.k;
      const level = depth[lane] || 0;
      const drawn = mark(event, lane, level);
      const last = others[others.length - 1] || event;
      if (others.length) {
        const runs = [event, ...others].flatMap((each) => each.e || []).filter((each) => each.k === "r");
        drawn.says = `${others.length + 1} ×`;
        if (runs.length) Object.assign(mark(runs[0], "r", depth.r || 0), { to: x + MANY, failed: runs.some((run) => run.x), says: `${runs.length} ×` });
        x += MANY;
      } else {
        x += event.e ? GAP : UNIT;
        for (const group of alike(event.e || [], view)) place(group, { ...depth, [lane]: level + 1 });
      }
      drawn.to = x;
      x += GAP;
      reached = Math.max(reached, last.t + (last.d || 0));
    };
    for (const group of alike(events, view)) {
      if (group[0].t - reached > 1000) jump(`+${lasted(group[0].t - reached)}`);
      place(group, {});
    }
    return { marks, jumps, width: x };
  }

  function lanes(events, view, room) {
    const { marks, jumps, width } = laidOut(events, view);
    const scale = Math.min(3, Math.max(.6, (room - LABELS - 16) / Math.max(width, 1)));
    const levels = {}, tops = {};
    for (const { lane, level } of marks) levels[lane] = Math.max(levels[lane] || 0, level + 1);
    const shown = Object.keys(LANES).filter((lane) => levels[lane]);
    let y = 8;
    for (const lane of shown) {
      tops[lane] = y;
      y += levels[lane] * (BAR + 3) + 8;
    }
    const changes = marks.filter(({ event }) => view.stepsOf.has(event.i));
    const changesAt = y + 4;
    const bottom = changes.length ? y + 14 : y;
    const height = jumps.length ? bottom + 14 : bottom;
    const at = (x) => LABELS + x * scale;
    const whole = Math.max(at(width) + 12, room);
    const rule = (top) => s("line", { class: "rule", x1: 0, x2: whole, y1: top, y2: top });
    const svg = s("svg", { width: whole, height, "aria-hidden": "true" },
      shown.map((lane, place) => [place ? rule(tops[lane] - 6) : null, s("text", { x: 10, y: tops[lane] + BAR - .5 }, LANES[lane])]),
      changes.length ? [rule(y - 6), s("text", { x: 10, y: changesAt + 4 }, "changes")] : null,
      jumps.map(({ x, says }) => [
        s("line", { class: "jump", x1: at(x), x2: at(x), y1: 2, y2: bottom }),
        s("text", { x: at(x), y: height - 4, "text-anchor": "middle" }, says),
      ]),
      marks.map((mark) => drawnMark(mark, at, tops[mark.lane] + mark.level * (BAR + 3), view)),
      changes.map(({ event, from, to }) => {
        const x = at((from + to) / 2);
        return s("path", {
          class: "mk change", d: `M${x} ${changesAt - 5}l5 5-5 5-5-5z`, onclick: () => view.stepsOf.get(event.i)[0].show(),
        }, s("title", {}, "changed the graph"));
      }));
    return h("div", { class: "lanes" }, svg);
  }

  function drawnMark({ event, from, to, says, failed }, at, y, view) {
    const wide = Math.max(at(to) - at(from), 3);
    const shape = s("rect", {
      class: `mk k-${event.k}${event.x || failed ? " x" : ""}`, x: at(from), y, width: wide, height: BAR, rx: event.k === "r" ? BAR / 2 : 2,
      onclick: () => view.point(event.i, true),
    }, s("title", {}, `${KINDS[event.k]} ${event.n}${event.a ? ` ${event.a}` : ""}${event.x ? ` → ${event.x}` : ""}`));
    view.marks.set(event.i, shape);
    return says ? [shape, s("text", { class: "many", x: at(from) + wide / 2, y: y + BAR - 1.5, "text-anchor": "middle" }, says)] : shape;
  }

  // The graph of versions and aliases ------------------------------------------------------------------------------

  const rank = (version) => (/^\d+$/.test(version) ? +version : Infinity);
  const ROW = 44, BOX = 36, WIDE = 440, LEFT = 128, BOXES = 246, BOX_WIDE = WIDE - BOXES - 1;

  function union(pictures, member) {
    const found = new Map();
    for (const picture of pictures) for (const entry of picture ? picture[member] : []) found.set(entry[0], entry);
    return [...found.keys()];
  }

  function graph(steps, now) {
    const pictures = steps.map((step) => step.picture);
    const picture = pictures[now], before = now ? pictures[now - 1] : null;
    let versions = union(pictures, 0);
    if (versions.length > 14) versions = union([picture], 0);
    versions.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
    const aliases = union(pictures, 2).sort();
    const codes = [...new Set(pictures.flatMap((each) => (each ? each[0].map((version) => version[1]) : [])))];
    const height = Math.max(versions.length * ROW, aliases.length * 34, ROW);
    const right = aliases.length ? BOXES : 1;
    const versionY = new Map(versions.map((version, place) => [version, (height - versions.length * ROW) / 2 + (place + .5) * ROW]));
    const aliasY = new Map(aliases.map((alias, place) => [alias, ((place + .5) * height) / aliases.length]));
    if (!picture) {
      return s("svg", { class: "graph", viewBox: `0 0 ${WIDE} ${ROW}`, role: "img", "aria-label": "deleted" },
        s("text", { x: 0, y: 26 }, "The function is no more."));
    }
    const was = new Map((before ? before[0] : []).map((version) => [version[0], version[1]]));
    const led = new Map((before ? before[2] : []).map((alias) => [alias[0], JSON.stringify(alias)]));
    const svg = s("svg", { class: "graph", viewBox: `0 0 ${WIDE} ${height}`, role: "img", "aria-label": inWords(picture) });
    const labels = [];
    for (const alias of picture[2]) {
      const [name, main, weights] = alias;
      const y = aliasY.get(name);
      const isNew = now > 0 && led.get(name) !== JSON.stringify(alias);
      const targets = [[main, 1 - weights.reduce((sum, [, weight]) => sum + weight, 0)], ...weights];
      targets.forEach(([version, share], place) => {
        const to = versionY.get(version);
        if (to === undefined) return;
        const middle = (LEFT + right) / 2;
        const d = `M${LEFT} ${y}C${middle} ${y} ${middle} ${to} ${right - 7} ${to}`;
        svg.append(s("path", { class: `edge${isNew ? " new" : ""}`, d, "stroke-width": 1.2 + 3.8 * share }),
          s("path", { class: `edge${isNew ? " new" : ""}`, d: `M${right - 9} ${to - 4.5}l7 4.5-7 4.5`, "stroke-width": 1.6 }));
        if (weights.length) {
          labels.push(s("text", {
            class: "share-text", "text-anchor": "end", x: right - 14, y: y < to - 1 ? to + 15 : to - 7,
          }, percent(share)));
        }
      });
      svg.append(s("rect", { class: `pill${isNew ? " new" : ""}`, x: 0, y: y - 13, width: LEFT, height: 26, rx: 13 }),
        s("text", { x: 12, y: y + 4 }, clipped(name, 16), s("title", {}, name)));
    }
    svg.append(...labels);
    for (const [version, code, description, state] of picture[0]) {
      const y = versionY.get(version);
      const colour = codes.indexOf(code) % 8;
      const isNew = now > 0 && was.get(version) !== code;
      const more = [state, description].filter(Boolean).join(" · ");
      svg.append(
        s("rect", { class: `box${isNew ? " new" : ""}`, x: right, y: y - BOX / 2, width: BOX_WIDE, height: BOX, rx: 7 }),
        s("text", { x: right + 12, y: y + (more ? -2 : 4.5), class: "num" }, version),
        s("text", { x: right + BOX_WIDE - 11, y: y + (more ? -2 : 4), "text-anchor": "end", class: "mono" },
          fillStyle(s("tspan", {}, GLYPHS[colour]), `var(--c${colour})`), ` ${code}`, s("title", {}, `CodeSha256 ${code}…: the same sign means the same code`)),
        more ? s("text", { x: right + 12, y: y + 12, class: "mono" }, clipped(more, 24), s("title", {}, more)) : "");
    }
    return svg;
  }

  function fillStyle(element, colour) {
    element.style.fill = colour;
    return element;
  }

  function inWords(picture) {
    const leads = picture[2].map(([name, main, weights]) =>
      `${name} leads to version ${main}${weights.map(([version, weight]) => ` and with ${percent(weight)} to ${version}`).join("")}`);
    return [`Versions ${picture[0].map(([version]) => version).join(", ")}`, ...leads].join(". ");
  }

  function functionCard(number, data, view) {
    const [mock, account, region, name] = data.functions[number];
    const steps = (data.steps || []).filter(([, which]) => which === number)
      .map(([event, , picture]) => ({ event, picture, number }));
    const splits = (data.splits || []).filter((split) => split.f === number);
    if (!steps.length) return null;
    const drawing = h("div"), by = h("p", { class: "by", "aria-live": "polite" });
    let now = steps.length - 1;
    const range = h("input", { type: "range", min: 0, max: steps.length - 1, value: now, "aria-label": `Steps of ${name}` });
    const back = h("button", { type: "button", "aria-label": "Step back" }, "‹");
    const on = h("button", { type: "button", "aria-label": "Step on" }, "›");
    const draw = () => {
      const { event, picture } = steps[now];
      const found = view.events.get(event);
      drawing.replaceChildren(graph(steps, now), picture && picture[1]
        ? h("p", { class: "faint" }, `${counted(picture[1], "older version")} not shown`) : "");
      const what = event === 0 ? "as the test began" : found ? [h("b", {}, found.n), found.a ? ` ${found.a}` : ""] : "an event that is not kept";
      by.replaceChildren(...[steps.length > 1 ? `${now + 1} of ${steps.length}: ` : "", what].flat());
      range.value = now;
      range.setAttribute("aria-valuetext", by.textContent);
      back.disabled = now === 0;
      on.disabled = now === steps.length - 1;
    };
    const go = (to) => {
      now = Math.min(Math.max(to, 0), steps.length - 1);
      draw();
      view.point(steps[now].event, false);
    };
    range.addEventListener("input", () => go(+range.value));
    back.addEventListener("click", () => go(now - 1));
    on.addEventListener("click", () => go(now + 1));
    const card = h("section", { class: "function", "aria-label": `Versions and aliases of ${name}` },
      h("h3", {}, name),
      h("p", { class: "where" }, `${region} · account ${account}${data.mocks.length > 1 ? ` · mock ${mock}` : ""}`),
      steps.length > 1 ? h("div", { class: "stepper" }, back, range, on) : null, by, drawing, splits.map(splitTable));
    steps.forEach((step, place) => {
      step.place = place + 1;
      step.show = () => { go(place); card.scrollIntoView({ block: "nearest" }); };
      if (step.event) view.stepsOf.set(step.event, [...(view.stepsOf.get(step.event) || []), step]);
    });
    draw();
    return card;
  }

  function splitTable(split) {
    const rows = split.rows.map((row) => {
      const x = (runs) => (split.runs ? (100 * runs) / split.runs : 0);
      return h("tr", {}, h("th", { scope: "row", class: "v" }, `version ${row.v}`), h("td", { class: "w" }, row.w.length === 1 ? percent(row.w[0]) : `${row.w.map((weight) => +(weight * 100).toFixed(2)).join(" → ")} %`),
        h("td", { class: "n" }, row.mean.toLocaleString("en")), h("td", { class: "n" }, h("b", {}, row.seen.toLocaleString("en"))),
        h("td", { class: "dist" }, s("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" },
          s("rect", { class: "track", width: 100, y: 3, height: 14 }),
          row.low === undefined ? "" : s("rect", { class: "range", x: x(row.low), y: 3, width: Math.max(x(row.high - row.low), .6), height: 14 }),
          s("rect", { class: "seen", y: 7, width: x(row.seen), height: 6 }),
          s("line", { class: "mean", x1: x(row.mean), x2: x(row.mean), y1: 1, y2: 19 }))));
    });
    return h("div", { class: "split" }, h("h4", {}, `Traffic of ${split.a}: expected against seen`),
      h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, ""), h("th", { scope: "col", class: "n" }, "weight"),
        h("th", { scope: "col", class: "n" }, "expected"), h("th", { scope: "col", class: "n" }, "seen"), h("th", { scope: "col", "aria-label": "as a bar" }))),
      h("tbody", {}, rows)), odds(split));
  }

  function odds(split) {
    const row = split.rows.filter((each) => each.chance !== undefined).sort((one, other) => one.mean - other.mean)[0];
    if (!row) return null;
    const often = row.chance >= .995 ? "nearly always" : row.chance < .001 ? "less than once in 1,000 times" : `in ${percent(+row.chance.toFixed(3))} of them`;
    return h("p", { class: `odds${row.chance < .01 ? " far" : ""}` },
      `Of ${counted(split.runs, "run")}, version ${row.v} got ${row.seen.toLocaleString("en")}. With other seeds it would get ${row.low} to ${row.high} `
      + `(the wide grey band) in 95 of 100 repetitions; a count that is no more likely than this one comes up ${often}.`);
  }

  // A test ---------------------------------------------------------------------------------------------------------

  function viewOf(events) {
    const view = { rows: new Map(), marks: new Map(), events: new Map(), stepsOf: new Map(), groups: new Map(), on: [] };
    const visit = (event) => { view.events.set(event.i, event); (event.e || []).forEach(visit); };
    events.forEach(visit);
    view.point = (number, scroll) => {
      view.on.forEach((element) => element.classList.remove("on"));
      if (scroll && view.groups.has(number)) view.groups.get(number)();
      view.on = [view.rows.get(number), view.marks.get(number)].filter(Boolean);
      view.on.forEach((element) => element.classList.add("on"));
      if (!scroll || !view.rows.has(number)) return;
      view.rows.get(number).open = true;
      view.rows.get(number).scrollIntoView({ block: "nearest" });
    };
    return view;
  }

  function drawAttempt(data, number, several, body) {
    const events = data.events || [], mocks = data.mocks || [];
    const view = viewOf(events);
    const section = h("section", { class: "attempt" }, several ? h("h3", {}, `Attempt ${number}: ${data.outcome}`) : null,
      data.failure ? h("pre", { class: "failure", tabindex: 0, "aria-label": "What pytest says of the failure" }, data.failure) : null);
    body.append(section);
    section.querySelectorAll(".failure").forEach((text) => { text.scrollTop = text.scrollHeight; });
    const columns = h("div", { class: "columns" });
    section.append(columns);
    const cards = (data.functions || []).map((_, place) => functionCard(place, data, view)).filter(Boolean);
    const story = h("div", { class: "story" });
    columns.append(story);
    if (cards.length) columns.append(h("div", { class: "graphs" }, cards));
    const room = story.clientWidth;
    mocks.forEach(([region, account, seed], place) => {
      const its = events.filter((event) => event.k === "g" || (event.m || 1) === place + 1);
      story.append(h("p", { class: "mockline" }, `${mocks.length > 1 ? `Mock ${place + 1} · ` : ""}${region} · account ${account} · seed ${seed}`));
      if (!its.length) return;
      story.append(lanes(its, view, room), h("ol", { class: "events" }, grouped(its, view)));
    });
  }

  async function unpacked() {
    const packed = Uint8Array.from(atob(document.getElementById("stories").textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function open(test) {
    const body = test.querySelector(".body");
    if (body.dataset.drawn || !stories.length) return;
    body.dataset.drawn = "yes";
    const attempts = JSON.parse(stories[tests.indexOf(test)]);
    body.replaceChildren();
    test.querySelector(".nums").append(h("a", { class: "anchor", href: `#${encodeURIComponent(test.id)}`, "aria-label": "Link to this test" }, "#"));
    attempts.forEach((attempt, place) => drawAttempt(attempt, place + 1, attempts.length > 1, body));
  }

  // The list of tests ----------------------------------------------------------------------------------------------

  const list = document.querySelector(".list");
  if (!list) return;
  const tests = [...list.children];
  const tools = document.querySelector(".tools"), none = document.querySelector(".none");
  const chips = [...tools.querySelectorAll("button[data-outcome]")];
  const texts = new Map();
  let stories = [];

  function textOf(test) {
    if (!texts.has(test)) {
      texts.set(test, `${test.id} ${test.dataset.outcome} ${stories[tests.indexOf(test)] || ""}`.toLowerCase());
    }
    return texts.get(test);
  }

  function filter() {
    const words = tools.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = new Set(chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.outcome));
    let shown = 0;
    for (const test of tests) {
      const fits = (!outcomes.size || outcomes.has(test.dataset.outcome)) && (!words.length || words.every((word) => textOf(test).includes(word)));
      test.hidden = !fits;
      shown += fits;
    }
    tools.querySelector("output").textContent = shown === tests.length ? counted(shown, "test") : `${shown.toLocaleString("en")} of ${counted(tests.length, "test")}`;
    none.hidden = shown > 0;
  }

  function order() {
    const collected = tools.elements.collected.checked;
    list.append(...(collected ? [...tests].sort((one, other) => one.dataset.order - other.dataset.order) : tests));
  }

  function follow() {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* it is no escape then */ }
    const test = document.getElementById(name);
    if (!test || !test.matches(".test")) return;
    if (test.hidden) {
      tools.reset();
      chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
      filter();
    }
    test.open = true;
    open(test);
    test.scrollIntoView();
    test.querySelector("summary").focus({ preventScroll: true });
  }

  list.addEventListener("toggle", (event) => { if (event.target.matches(".test") && event.target.open) open(event.target); }, true);
  tools.addEventListener("input", (event) => (event.target.name === "collected" ? order() : filter()));
  tools.addEventListener("submit", (event) => event.preventDefault());
  chips.forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
    filter();
  }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      tools.elements.text.focus();
    } else if (event.key === "Escape" && event.target === tools.elements.text) {
      tools.elements.text.value = "";
      filter();
    }
  });
  window.addEventListener("hashchange", follow);
  tools.hidden = false;
  filter();
  unpacked().then((found) => {
    stories = found;
    texts.clear();
    if (tests.length === 1) tests[0].open = true;
    tests.filter((test) => test.open).forEach(open);
    filter();
    follow();
    document.body.dataset.ready = "yes";
  });
})();
