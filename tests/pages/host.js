// The least a page must do to show an anywidget: a model over one comm, the widget's own module, an element.
// `sendToKernel` is given by whoever opens the page; `receive` is what it calls for each message of the kernel.

const encode = (buffer) => {
  const view = ArrayBuffer.isView(buffer) ? buffer : new Uint8Array(buffer);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
};
const decode = (text) => new DataView(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);

const place = (state, paths, buffers) => {
  paths.forEach((path, index) => {
    const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
    owner[path.at(-1)] = buffers[index];
  });
  return state;
};

class Model {
  #comm;
  #state;
  #changed = {};
  #listeners = new Map();

  constructor(comm, state) {
    this.#comm = comm;
    this.#state = state;
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    this.#state[name] = value;
    this.#changed[name] = value;
    this.emit(`change:${name}`, value);
  }

  save_changes() {
    const state = this.#changed;
    this.#changed = {};
    if (Object.keys(state).length) this.#post({ method: "update", state, buffer_paths: [] }, []);
  }

  send(content, _callbacks, buffers = []) {
    this.#post({ method: "custom", content }, buffers);
  }

  on(event, listener) {
    for (const name of event.split(/\s+/)) {
      if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
      this.#listeners.get(name).add(listener);
    }
  }

  off(event, listener) {
    for (const name of event ? event.split(/\s+/) : [...this.#listeners.keys()]) {
      if (listener) this.#listeners.get(name)?.delete(listener);
      else this.#listeners.delete(name);
    }
  }

  emit(event, ...values) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...values);
  }

  receive(data, buffers) {
    if (data.method === "custom") return this.emit("msg:custom", data.content, buffers);
    if (data.method !== "update" && data.method !== "echo_update") return;
    const state = place(data.state, data.buffer_paths ?? [], buffers);
    for (const [name, value] of Object.entries(state)) {
      this.#state[name] = value;
      this.emit(`change:${name}`, value);
    }
    this.emit("change");
  }

  #post(data, buffers) {
    window.sendToKernel({ comm: this.#comm, data, buffers: buffers.map(encode) });
  }
}

const models = new Map();
const views = [];

window.receive = async (message) => {
  const buffers = (message.buffers ?? []).map(decode);
  if (message.type === "open") {
    models.set(message.comm, new Model(message.comm, place(message.data.state, message.data.buffer_paths ?? [], buffers)));
  } else {
    models.get(message.comm)?.receive(message.data, buffers);
  }
};

// A model is initialized once, however many views it has.
const start = async (model) => {
  const url = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
  const module = await import(url);
  const widget = typeof module.default === "function" ? await module.default() : module.default;
  await widget.initialize?.({ model, signal: new AbortController().signal });
  return widget;
};
const widgets = new Map();

window.show = async (comm) => {
  const model = models.get(comm);
  if (!widgets.has(comm)) widgets.set(comm, start(model));
  const widget = await widgets.get(comm);
  const controller = new AbortController();
  const el = document.createElement("div");
  document.querySelector("#out").append(el);
  const undo = await widget.render?.({ model, el, signal: controller.signal });
  views.push(async () => {
    controller.abort();
    await undo?.();
    el.remove();
  });
};

window.closeView = (index) => views[index]();
window.ready = true;
