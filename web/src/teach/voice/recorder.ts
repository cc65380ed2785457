/** A recording by the microphone, a minute at most, with its level while it is made. */

export const MOST_SECONDS = 60;
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const LEVEL_MS = 60;

/** Why nothing can be recorded. `insecure`: browsers give a microphone to https and localhost alone. */
export type NoRecording = 'insecure' | 'unable' | 'denied' | 'absent' | 'busy';

export class RecordingProblem extends Error {
  readonly why: NoRecording;

  constructor(why: NoRecording) {
    super(why);
    this.why = why;
  }
}

/** What is known before anybody is asked; null: a microphone may be asked for. */
export function obstacle(): NoRecording | null {
  if (!window.isSecureContext) return 'insecure';
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices) return 'unable';
  return null;
}

const WHY: Record<string, NoRecording> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'absent',
  OverconstrainedError: 'absent',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

export interface Telling {
  /** From 0 to 1, and how long it lasts by now; some times a second. */
  onLevel: (level: number, seconds: number) => void;
  /** It is over: by `stop`, by itself after a minute, or because the microphone went. */
  onDone: (sound: Blob) => void;
}

export class Recorder {
  readonly #stream: MediaStream;
  readonly #recorder: MediaRecorder;
  readonly #context = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(stream: MediaStream, { onLevel, onDone }: Telling) {
    this.#stream = stream;
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    this.#recorder = new MediaRecorder(stream, { ...(kind ? { mimeType: kind } : {}), audioBitsPerSecond: 96_000 });
    const pieces: Blob[] = [];
    this.#recorder.ondataavailable = ({ data }) => pieces.push(data);
    this.#recorder.onstop = () => {
      this.#release();
      onDone(new Blob(pieces, { type: this.#recorder.mimeType }));
    };
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    const began = performance.now();
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      const seconds = (performance.now() - began) / 1000;
      onLevel(wave.reduce((most, one) => Math.max(most, Math.abs(one)), 0), Math.min(seconds, MOST_SECONDS));
      if (seconds >= MOST_SECONDS) this.stop();
    }, LEVEL_MS);
    this.#recorder.start();
  }

  /** Asks the person for the microphone. @throws RecordingProblem */
  static async start(telling: Telling): Promise<Recorder> {
    const known = obstacle();
    if (known) throw new RecordingProblem(known);
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    } catch (error) {
      throw new RecordingProblem((error instanceof DOMException && WHY[error.name]) || 'unable');
    }
    try {
      return new Recorder(stream, telling);
    } catch {
      stream.getTracks().forEach((track) => track.stop());
      throw new RecordingProblem('unable');
    }
  }

  /** `onDone` follows. */
  stop(): void {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  /** Nobody wants it any more; nothing follows. */
  discard(): void {
    this.#recorder.onstop = null;
    this.stop();
    this.#release();
  }

  #release(): void {
    clearInterval(this.#timer);
    this.#stream.getTracks().forEach((track) => track.stop());
    if (this.#context.state !== 'closed') void this.#context.close();
  }
}
