// [data-marking] around a picture: rectangles and ellipses over what must not be recognised, drawn
// with the pointer or moved with the keys. What counts are the lines of the form's
// [data-marks-lines]: `shape left top width height`, in percent of the picture.
const NS = "http://www.w3.org/2000/svg";
const STEP = 1;
const FIRST = { width: 16, height: 16 };

const within = (value, low, high) => Math.min(Math.max(value, low), high);

function fromLines(text) {
  return text
    .split("\n")
    .map((line) => line.trim().split(/[\s,，]+/))
    .filter((parts) => parts.length === 5)
    .map(([shape, ...numbers]) => {
      const [x, y, width, height] = numbers.map(Number);
      return { shape: shape === "ellipse" || shape === "椭圆" ? "ellipse" : "rectangle", x, y, width, height };
    })
    .filter((mark) => [mark.x, mark.y, mark.width, mark.height].every(Number.isFinite));
}

function toLines(marks) {
  const number = (value) => String(Math.round(value * 10) / 10);
  return marks
    .map((mark) => [mark.shape, ...[mark.x, mark.y, mark.width, mark.height].map(number)].join(" "))
    .join("\n");
}

function equip(frame) {
  const lines = document.querySelector("[data-marks-lines]");
  if (!lines) return;
  const most = Number(frame.dataset.most) || 40;
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "group");
  frame.append(svg);
  let marks = fromLines(lines.value);
  let chosen = -1;

  const place = (shape, mark) => {
    const set = (name, value) => shape.setAttribute(name, String(value));
    if (mark.shape === "ellipse") {
      set("cx", mark.x + mark.width / 2);
      set("cy", mark.y + mark.height / 2);
      set("rx", mark.width / 2);
      set("ry", mark.height / 2);
    } else for (const name of ["x", "y", "width", "height"]) set(name, mark[name]);
  };

  const draw = (focus) => {
    svg.textContent = "";
    marks.forEach((mark, index) => {
      const shape = document.createElementNS(NS, mark.shape === "ellipse" ? "ellipse" : "rect");
      place(shape, mark);
      shape.setAttribute("class", index === chosen ? "mark is-chosen" : "mark");
      shape.setAttribute("tabindex", "0");
      shape.setAttribute("role", "button");
      const kind = mark.shape === "ellipse" ? frame.dataset.wordEllipse : frame.dataset.wordRectangle;
      shape.setAttribute("aria-label", `${kind} · ${frame.dataset.wordMark.replace("{n}", String(index + 1))}`);
      shape.dataset.index = String(index);
      svg.append(shape);
    });
    if (focus && svg.children[chosen]) svg.children[chosen].focus();
  };
  const keep = (focus) => {
    lines.value = toLines(marks);
    draw(focus);
  };
  const drop = () => {
    if (chosen < 0) return;
    marks.splice(chosen, 1);
    chosen = Math.min(chosen, marks.length - 1);
    keep(true);
  };
  const add = (mark) => {
    if (marks.length >= most) return;
    marks.push(mark);
    chosen = marks.length - 1;
    keep(true);
  };

  // --- the pointer ---
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return {
      x: within(((event.clientX - box.left) / box.width) * 100, 0, 100),
      y: within(((event.clientY - box.top) / box.height) * 100, 0, 100),
    };
  };
  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    const start = at(event);
    const index = event.target.dataset ? Number(event.target.dataset.index) : NaN;
    event.preventDefault();
    if (Number.isInteger(index) && marks[index]) {
      chosen = index;
      drag = { start, from: { ...marks[index] }, moves: true };
    } else if (marks.length < most) {
      marks.push({ shape: "rectangle", x: start.x, y: start.y, width: 0, height: 0 });
      chosen = marks.length - 1;
      drag = { start, moves: false };
    }
    if (drag) svg.setPointerCapture(event.pointerId);
    draw(true);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag || !marks[chosen]) return;
    const now = at(event);
    const mark = marks[chosen];
    if (drag.moves) {
      mark.x = within(drag.from.x + now.x - drag.start.x, 0, 100 - mark.width);
      mark.y = within(drag.from.y + now.y - drag.start.y, 0, 100 - mark.height);
    } else {
      mark.x = Math.min(now.x, drag.start.x);
      mark.y = Math.min(now.y, drag.start.y);
      mark.width = Math.abs(now.x - drag.start.x);
      mark.height = Math.abs(now.y - drag.start.y);
    }
    place(svg.children[chosen], mark);
  });
  const letGo = () => {
    if (!drag) return;
    const mark = marks[chosen];
    if (mark && (mark.width < 0.5 || mark.height < 0.5)) marks.splice(chosen, 1);
    chosen = Math.min(chosen, marks.length - 1);
    drag = null;
    keep(true);
  };
  svg.addEventListener("pointerup", letGo);
  svg.addEventListener("pointercancel", letGo);

  // --- the keys ---
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const index = Number(event.target.dataset.index);
    const mark = marks[index];
    if (!mark) return;
    chosen = index;
    if (ways[event.key]) {
      const [dx, dy] = ways[event.key];
      if (event.shiftKey) {
        mark.width = within(mark.width + dx * STEP, STEP, 100 - mark.x);
        mark.height = within(mark.height + dy * STEP, STEP, 100 - mark.y);
      } else {
        mark.x = within(mark.x + dx * STEP, 0, 100 - mark.width);
        mark.y = within(mark.y + dy * STEP, 0, 100 - mark.height);
      }
      keep(true);
    } else if (event.key === "Delete" || event.key === "Backspace") drop();
    else if (event.key === "e" || event.key === "E") {
      mark.shape = mark.shape === "ellipse" ? "rectangle" : "ellipse";
      keep(true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  svg.addEventListener("focusin", (event) => {
    const index = Number(event.target.dataset.index);
    if (!marks[index] || index === chosen) return;
    chosen = index;
    for (const shape of svg.children) {
      shape.setAttribute("class", Number(shape.dataset.index) === chosen ? "mark is-chosen" : "mark");
    }
  });
  for (const tools of document.querySelectorAll("[data-marking-tools]")) {
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.addMark) add({ shape: button.dataset.addMark, x: 42, y: 42, ...FIRST });
      else if (button.dataset.dropMark !== undefined) drop();
    });
  }
  lines.addEventListener("change", () => {
    marks = fromLines(lines.value);
    chosen = -1;
    draw(false);
  });
  draw(false);
}

export function start() {}

export function enhance(root) {
  for (const frame of root.querySelectorAll("[data-marking]")) {
    if (frame.dataset.ready) continue;
    frame.dataset.ready = "1";
    equip(frame);
  }
}
