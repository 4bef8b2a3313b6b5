// Sound in and out, on the browser's own thread for it. Ears: the microphone at whatever rate to frames of 512 samples at
// 16 kHz. Mouth: a line of samples, played in order, counted, and dropped at once when somebody speaks.

const RATE = 16000;
const FRAME = 512;
// Zero crossings of the filter on each side, and the steps between two samples at which it is known.
const CROSSINGS = 12;
const STEPS = 128;
// Of half the lower rate: what is above must not fold back.
const BAND = 0.92;

class Ears extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ratio = sampleRate / RATE;
    const cut = BAND * Math.min(1, 1 / this.ratio);
    this.half = Math.ceil(CROSSINGS / cut);
    this.table = Array.from({ length: STEPS + 1 }, (_, step) => this.taps(step / STEPS, cut));
    this.held = new Float32Array(this.half);
    // Where the next sample stands among those held.
    this.at = this.half;
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
  }

  // What the samples around a point between two of them count; the sum is 1.
  taps(after, cut) {
    const taps = new Float32Array(2 * this.half);
    let sum = 0;
    for (let k = 0; k < taps.length; k++) {
      const away = k - this.half + 1 - after;
      const turn = Math.PI * away * cut;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * away) / this.half);
      taps[k] = Math.abs(away) >= this.half ? 0 : (turn === 0 ? 1 : Math.sin(turn) / turn) * window;
      sum += taps[k];
    }
    return taps.map((tap) => tap / sum);
  }

  sample() {
    const first = Math.floor(this.at);
    const taps = this.table[Math.round((this.at - first) * STEPS)];
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += taps[k] * this.held[first - this.half + 1 + k];
    return sum;
  }

  put(value) {
    this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(value * 32767)));
    if (this.filled < FRAME) return;
    this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
  }

  process([[input]]) {
    if (!input) return true;
    const held = new Float32Array(this.held.length + input.length);
    held.set(this.held);
    held.set(input, this.held.length);
    this.held = held;
    while (this.at + this.half < held.length) {
      this.put(this.sample());
      this.at += this.ratio;
    }
    const gone = Math.floor(this.at) - this.half;
    this.held = held.slice(gone);
    this.at -= gone;
    return true;
  }
}

// Samples over which a sound that is dropped fades: one that stops at once clicks.
const FADE = 128;
// Blocks of 128 samples from one report of what was played to the next.
const REPORT = 4;

class Mouth extends AudioWorkletProcessor {
  constructor() {
    super();
    this.line = [];
    this.offset = 0;
    this.generation = 0;
    this.played = 0;
    this.blocks = 0;
    this.told = 0;
    this.held = this.edge = false;
    this.port.onmessage = ({ data }) => {
      if (data.drop !== undefined) this.drop(data.drop);
      else if (data.held !== undefined) this.hold(data.held);
      else this.add(data);
    };
  }

  // Silence, and later on from where it was.
  hold(held) {
    this.edge = this.held !== held;
    this.held = held;
  }

  add({ generation, samples }) {
    if (generation === this.generation) this.line.push(new Int16Array(samples));
  }

  drop(generation) {
    const end = new Int16Array(FADE);
    if (!this.held) this.fill((index, value) => (end[index] = value * 32768 * (1 - index / FADE)), FADE);
    this.held = this.edge = false;
    this.line = [];
    this.fading = end;
    this.offset = 0;
    this.generation = generation;
    this.played = this.told = 0;
  }

  // Returns how many samples there were.
  fill(put, wanted) {
    let given = 0;
    while (given < wanted && this.line.length) {
      const piece = this.line[0];
      const end = Math.min(piece.length, this.offset + wanted - given);
      while (this.offset < end) put(given++, piece[this.offset++] / 32768);
      if (this.offset < piece.length) break;
      this.line.shift();
      this.offset = 0;
    }
    return given;
  }

  process(_, [[output]]) {
    if (this.fading) {
      this.fading.forEach((value, index) => (output[index] = value / 32768));
      this.fading = null;
    } else if (!this.held || this.edge) {
      const { edge, held } = this;
      const gain = (at) => (edge ? (held ? 1 - at / output.length : at / output.length) : 1);
      this.edge = false;
      this.played += this.fill((index, value) => (output[index] = value * gain(index)), output.length);
    }
    this.blocks += 1;
    if (this.played !== this.told && (this.blocks % REPORT === 0 || !this.line.length)) {
      this.told = this.played;
      this.port.postMessage({ generation: this.generation, played: this.played });
    }
    return true;
  }
}

registerProcessor("openstance-ears", Ears);
registerProcessor("openstance-mouth", Mouth);
