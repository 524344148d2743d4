import { isDifferentiable } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { op } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { viewAsReal } from "./complex-parts.ts";
import { fft, ifft, irfft, rfft } from "./fft.ts";
import { constantPad, pad } from "./padding.ts";
import { narrow, slice } from "./slicing.ts";
import { asStridedBackward, unfold } from "./strided.ts";
import { expand, squeeze, squeeze_, transpose, transpose_, unsqueeze, view } from "./views.ts";

/** Short-time Fourier transforms: spectra of overlapping windows of a signal, and the way back. */

const WINDOWLESS =
  "A window was not provided. A rectangular window will be applied,which is known to cause spectral leakage. Other windows such as torch.hann_window or torch.hamming_window can are recommended to reduce spectral leakage.To suppress this warning and use a rectangular window, explicitly set `window=torch.ones(n_fft, device=<device>)`.";

const WINDOWLESS_BACK =
  "A window was not provided. A rectangular window will be applied.Please provide the same window used by stft to make the inversion lossless.To suppress this warning and use a rectangular window, explicitly set `window=torch.ones(n_fft, device=<device>)`.";

/** A call as the errors of both functions repeat it: flags as 0 and 1. */
function repeated(name: string, input: string, facts: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown): string =>
    value === null || value === undefined ? "None" : typeof value === "boolean" ? String(Number(value)) : String(value);
  const list = Object.entries(facts).map(([fact, value]) => `${fact}=${text(value)}`);
  return `${name}(${input}, ${list.join(", ")})`;
}
const windowText = (window: Tensor | null): string | null =>
  window === null ? null : `${window.dtype.tensorType}{[${window.shape.join(", ")}]}`;

/** A window of `length` zeros on either side of the given one (of ones, if there is none). */
function centred(rt: Runtime, window: Tensor | null, own: number, length: number, like: Tensor): Tensor {
  const given = window ?? rt.full([own], 1, like.dtype);
  const left = Math.floor((length - own) / 2);
  return own === length ? given : constantPad(given, [left, length - own - left], 0);
}

/** The spectra [(N), frequencies, frames] of a signal [(N), samples]. */
export const stft = op({
  name: "stft",
  args: [
    "self",
    "n_fft",
    "hop_length",
    "win_length",
    "window",
    "center",
    "pad_mode",
    "normalized",
    "onesided",
    "return_complex",
  ],
  forward: (
    self: Tensor,
    n: number,
    hopLength: number | null = null,
    winLength: number | null = null,
    window: Tensor | null = null,
    center: boolean = true,
    padMode: string = "reflect",
    normalized: boolean = false,
    onesided: boolean | null = null,
    returnComplex: boolean | null = null,
  ): Tensor => {
    const hop = hopLength ?? Math.floor(n / 4);
    const length = winLength ?? n;
    let input = self;
    if (center) {
      const wide = view(self, [...new Array<number>(Math.max(3 - self.ndim, 0)).fill(1), ...self.shape]);
      const margin = Math.floor(n / 2);
      const padded = pad(wide, [margin, margin], padMode);
      input = view(padded, padded.shape.slice(padded.ndim - self.ndim));
    }
    const { rt } = self;
    if (window === null) rt.warnOnce("stft", WINDOWLESS);
    const refuse = (reason: string) => (): string =>
      `${repeated("stft", `${input.dtype.tensorType}[${input.shape.join(", ")}]`, {
        n_fft: n,
        hop_length: hop,
        win_length: length,
        window: windowText(window),
        normalized,
        onesided,
        return_complex: returnComplex,
      })} : ${reason}`;
    const complex = self.dtype.kind === "complex" || window?.dtype.kind === "complex";
    if (returnComplex === null && !complex)
      throw runtimeError(
        "stft requires the return_complex parameter be given for real inputs, and will further require that return_complex=True in a future PyTorch release.",
      );
    if (returnComplex === false)
      rt.warn(
        "UserWarning",
        "stft with return_complex=False is deprecated. In a future pytorch release, stft will return complex tensors for all inputs, and return_complex=False will raise an error.\nNote: you can still call torch.view_as_real on the complex output to recover the old return format.",
      );
    check(isDifferentiable(input.dtype), refuse("expected a tensor of floating point or complex values"));
    check(input.ndim === 1 || input.ndim === 2, refuse("expected a 1D or 2D tensor"));
    const batch = input.ndim === 1 ? unsqueeze(input, 0) : input;
    const samples = batch.shape[1];
    check(n > 0 && n <= samples, refuse(`expected 0 < n_fft < ${samples}, but got n_fft=${n}`));
    check(hop > 0, refuse(`expected hop_length > 0, but got hop_length=${hop}`));
    check(length > 0 && length <= n, refuse(`expected 0 < win_length <= n_fft, but got win_length=${length}`));
    if (window !== null)
      check(
        window.ndim === 1 && window.shape[0] === length,
        refuse(
          `expected a 1D window tensor of size equal to win_length=${length}, but got window with size [${window.shape.join(", ")}]`,
        ),
      );
    const half = onesided ?? !complex;
    check(!(half && complex), () => "Cannot have onesided output if window or input is complex");
    let frames = unfold(batch, -1, n, hop);
    if (window !== null || length < n) frames = mul(frames, centred(rt, window, length, n, batch));
    let out = transpose_((half ? rfft : fft)(frames, n, -1, normalized ? "ortho" : null), 1, 2);
    if (self.ndim === 1) out = squeeze_(out, 0);
    return returnComplex === false ? viewAsReal(out) : out;
  },
  places: ["torch", "Tensor"],
  signatures: [
    "stft(Tensor input, int64_t n_fft, int64_t? hop_length=None, int64_t? win_length=None, Tensor? window=None, bool center=True, str pad_mode='reflect', bool normalized=False, bool? onesided=None, bool? return_complex=None)",
  ],
});

/** Frames [N, frames, length] added up where they overlap, `hop` samples apart. */
function overlapped(frames: Tensor, hop: number): Tensor {
  const [batch, count, length] = frames.shape;
  const samples = length + hop * (count - 1);
  const base: Shape = [batch, samples];
  return asStridedBackward(frames, base, frames.shape, [samples, hop, 1], 0);
}

/** The signal of which `stft` gave these spectra: frames added up, divided by what the windows add up to. */
export const istft = op({
  name: "istft",
  args: [
    "self",
    "n_fft",
    "hop_length",
    "win_length",
    "window",
    "center",
    "normalized",
    "onesided",
    "length",
    "return_complex",
  ],
  forward: (
    self: Tensor,
    n: number,
    hopLength: number | null = null,
    winLength: number | null = null,
    window: Tensor | null = null,
    center: boolean = true,
    normalized: boolean = false,
    onesided: boolean | null = null,
    length: number | null = null,
    returnComplex: boolean = false,
  ): Tensor => {
    const hop = hopLength ?? Math.floor(n / 4);
    const own = winLength ?? n;
    const { rt } = self;
    if (window === null) rt.warnOnce("istft", WINDOWLESS_BACK);
    const call = (): string =>
      repeated("istft", `CPU${self.dtype.scalarName}Type[${self.shape.join(", ")}]`, {
        n_fft: n,
        hop_length: hop,
        win_length: own,
        window: windowText(window),
        center,
        normalized,
        onesided,
        length,
        return_complex: returnComplex,
      });
    const refuse = (reason: string) => (): string => `${call()} ${reason}`;
    check(
      self.dtype.kind === "complex",
      () => "istft requires a complex-valued input tensor matching the output from stft with return_complex=True.",
    );
    check(self.numel > 0, () => `${call()}: input tensor cannot be empty.`);
    check(
      self.ndim === 2 || self.ndim === 3,
      () => `${call()}: expected a tensor with 3 or 4 dimensions, but got ${self.ndim + 1}`,
    );
    const [bins, frames] = self.shape.slice(-2);
    const half = onesided ?? bins !== n;
    check(
      bins === (half ? Math.floor(n / 2) + 1 : n),
      refuse(
        `: expected the frequency dimension (3rd to the last) of the input tensor to match ${half ? "n_fft / 2 + 1 when onesided=True" : "n_fft when onesided=False"}, but got ${bins}`,
      ),
    );
    check(hop > 0 && hop <= own, refuse(": expected 0 < hop_length <= win_length"));
    check(own > 0 && own <= n, refuse(": expected 0 < win_length <= n_fft"));
    check(
      window === null || (window.ndim === 1 && window.shape[0] === own),
      refuse(": Invalid window shape. window has to be 1D and length of `win_length`"),
    );
    check(!(returnComplex && half), () => "Cannot have onesided output if window or input is complex");
    const spectra = transpose(self.ndim === 2 ? unsqueeze(self, 0) : self, 1, 2);
    const norm = normalized ? "ortho" : null;
    const pieces = returnComplex
      ? ifft(spectra, n, -1, norm)
      : irfft(half ? spectra : narrow(spectra, -1, 0, Math.floor(n / 2) + 1), n, -1, norm);
    const weights = centred(rt, window, own, n, pieces);
    const total = n + hop * (frames - 1);
    const start = center ? Math.floor(n / 2) : 0;
    const end = length !== null ? start + length : center ? -Math.floor(n / 2) : total;
    const envelope = slice(overlapped(expand(mul(weights, weights), [1, frames, n]), hop), 1, start, end, 1);
    check(
      envelope.toArray().every((w) => Math.abs(w) >= 1e-11),
      refuse("window overlap add min: 1\n[ CPUBoolType{} ]"),
    );
    let out = div(slice(overlapped(mul(pieces, weights), hop), 1, start, end, 1), envelope);
    if (self.ndim === 2) out = squeeze(out, 0);
    if (end <= total) return out;
    rt.warn(
      "UserWarning",
      "The length of signal is shorter than the length parameter. Result is being padded with zeros in the tail. Please check your center and hop_length settings.",
    );
    return constantPad(out, [0, end - total], 0);
  },
  places: ["torch", "Tensor"],
  signatures: [
    "istft(Tensor input, int64_t n_fft, int64_t? hop_length=None, int64_t? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int64_t? length=None, bool return_complex=False)",
  ],
});
