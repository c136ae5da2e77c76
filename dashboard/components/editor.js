// A text with line numbers; lines with faults are marked. What is typed is told after a short pause, and on leaving.

const PAUSE_MS = 500;

class Editor {
  constructor(root) {
    this.text = root.querySelector(".text");
    this.numbers = root.querySelector(".numbers");
    this.name = root.querySelector(".name");
    this.faults = new Set();
    this.text.oninput = () => {
      this.number();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(this.text.value), PAUSE_MS);
    };
    this.text.onchange = () => {
      clearTimeout(this.timer);
      this.send(this.text.value);
    };
    this.text.onscroll = () => { this.numbers.scrollTop = this.text.scrollTop; };
  }

  update(data, send) {
    this.send = send;
    this.name.textContent = data.name;
    this.faults = new Set(data.faults);
    // The server's text is taken only for another document: what is being typed must not be typed over.
    if (this.document !== data.document) {
      this.document = data.document;
      clearTimeout(this.timer);
      this.text.value = data.text;
      this.text.scrollTop = 0;
    }
    this.number();
  }

  number() {
    const lines = this.text.value.split("\n").length;
    this.numbers.replaceChildren(...Array.from({length: lines}, (_, at) => {
      const line = document.createElement("div");
      line.textContent = String(at + 1);
      if (this.faults.has(at + 1)) line.className = "fault";
      return line;
    }));
    this.numbers.scrollTop = this.text.scrollTop;
  }
}

export default function ({data, parentElement, setStateValue}) {
  const root = parentElement.querySelector("#editor");
  root.editor ??= new Editor(root);
  root.editor.update(data, (text) => setStateValue("text", {document: data.document, text}));
  root.dataset.ready = "true";
}
