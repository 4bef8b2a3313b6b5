// The microphone and the loudspeaker: frames up with what was played by then, sound down, dropped at once when it must be.
(() => {
  const page = window.openstance;
  // The browser takes its own voice out of what it hears, and what it leaves the server knows by what was played.
  const WANTED = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  const HEAD = 8;

  const sound = (page.sound = { level: 0, generation: 0, played: 0 });
  let open = null;

  sound.possible = () =>
    Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode && window.WebSocket && window.AudioContext);

  function measure(frame) {
    let sum = 0;
    for (const value of frame) sum += value * value;
    sound.level = Math.sqrt(sum / frame.length) / 32768;
  }

  function packed(frame) {
    const message = new Uint8Array(HEAD + frame.byteLength);
    const view = new DataView(message.buffer);
    view.setUint32(0, sound.generation, true);
    view.setUint32(4, sound.played, true);
    message.set(new Uint8Array(frame), HEAD);
    return message;
  }

  async function ears(context, stream, take) {
    await context.audioWorklet.addModule(page.voice.worklet);
    const node = new AudioWorkletNode(context, "openstance-ears", { numberOfInputs: 1, numberOfOutputs: 0, channelCount: 1 });
    node.port.onmessage = ({ data }) => {
      measure(new Int16Array(data));
      take(packed(data));
    };
    context.createMediaStreamSource(stream).connect(node);
  }

  async function mouth(context) {
    await context.audioWorklet.addModule(page.voice.worklet);
    const node = new AudioWorkletNode(context, "openstance-mouth", { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => {
      if (data.generation === sound.generation) sound.played = data.played;
    };
    node.connect(context.destination);
    return node;
  }

  // Throws what the browser throws where there is no microphone to be had. Called while a button is pressed, else some browsers
  // let no sound out.
  sound.open = async (take) => {
    const hears = new AudioContext();
    const speaks = new AudioContext({ sampleRate: page.voice.rate });
    const mine = (open = { hears, speaks, stream: null, node: null });
    Object.assign(sound, { level: 0, generation: 0, played: 0 });
    sound.wake();
    try {
      mine.stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
      mine.node = await mouth(speaks);
      await ears(hears, mine.stream, (frame) => open === mine && take(frame));
    } catch (error) {
      release(mine);
      throw error;
    }
    // Ended while the browser was still asking.
    if (open !== mine) release(mine);
    return open === mine;
  };

  sound.wake = () => {
    for (const context of [open?.hears, open?.speaks]) if (context?.state === "suspended") context.resume();
  };

  sound.play = (message) => {
    const generation = new DataView(message).getUint32(0, true);
    if (open?.node && generation === sound.generation) {
      const samples = message.slice(4);
      open.node.port.postMessage({ generation, samples }, [samples]);
    }
  };

  sound.hold = (held) => open?.node?.port.postMessage({ held });

  sound.drop = (generation) => {
    Object.assign(sound, { generation, played: 0 });
    open?.node?.port.postMessage({ drop: generation });
  };

  sound.mute = (muted) => open?.stream?.getTracks().forEach((track) => (track.enabled = !muted));

  function release(what) {
    what.stream?.getTracks().forEach((track) => track.stop());
    for (const context of [what.hears, what.speaks]) if (context.state !== "closed") context.close();
  }

  sound.close = () => {
    if (open) release(open);
    open = null;
    sound.level = 0;
  };
})();
