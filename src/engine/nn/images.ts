import { type Layer, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText, tuple } from "./python-text.ts";
import { resample } from "./resample.ts";
import { type Size, spread } from "./sizes.ts";

type Dims = 1 | 2 | 3;

const PADS: Readonly<Record<string, { readonly mode: string; readonly doc: string }>> = {
  Zero: { mode: "constant", doc: "Puts zeros around the last dimensions." },
  Reflection: { mode: "reflect", doc: "Mirrors the input at its borders." },
  Replication: { mode: "replicate", doc: "Repeats the input's border." },
  Circular: { mode: "circular", doc: "Continues with the opposite side." },
};

const pads = (n: Dims): Layer[] => [
  ...Object.entries(PADS).map(([name, { mode, doc }]) =>
    layer({
      name: `${name}Pad${n}d`,
      signature: `${name}Pad${n}d(IntArrayRef[${2 * n}] padding)`,
      doc,
      inputs: ["input"],
      forward: (self, input) =>
        runWith(self.rt, "pad", {
          input,
          pad: spread(self.get("padding"), 2 * n),
          mode,
          value: mode === "constant" ? 0 : null,
        }),
      extraRepr: (self) => tuple(spread(self.get<Size>("padding"), 2 * n)),
    }),
  ),
  layer({
    name: `ConstantPad${n}d`,
    signature: `ConstantPad${n}d(IntArrayRef[${2 * n}] padding, double value)`,
    doc: "Puts a constant around the last dimensions.",
    inputs: ["input"],
    forward: (self, input) =>
      runWith(self.rt, "pad", {
        input,
        pad: spread(self.get("padding"), 2 * n),
        mode: "constant",
        value: self.get("value"),
      }),
    extraRepr: (self) =>
      `padding=${tuple(spread(self.get<Size>("padding"), 2 * n))}, value=${pythonText(self.get("value"))}`,
  }),
];

const PATCHES =
  "IntArrayRef[2] kernel_size, IntArrayRef[2] dilation=1, IntArrayRef[2] padding=0, IntArrayRef[2] stride=1";
const patchText = (get: (name: string) => unknown): string =>
  ["kernel_size", "dilation", "padding", "stride"].map((name) => `${name}=${pythonText(get(name))}`).join(", ");

function resampleText(self: LayerState, mode: string): string {
  const factor = self.get<Size | null>("scale_factor");
  const shown = Array.isArray(factor)
    ? tuple(factor.map((f: number) => pythonText(f, "double")))
    : pythonText(factor, "double");
  const what = factor === null ? `size=${pythonText(self.get("size"))}` : `scale_factor=${shown}`;
  return `${what}, mode=${pythonText(mode)}`;
}

export const imageLayers: readonly Layer[] = [
  ...([1, 2, 3] as const).flatMap(pads),
  layer({
    name: "Upsample",
    signature:
      "Upsample(IntArrayRef[1]? size=None, object scale_factor=None, str mode='nearest', bool? align_corners=None)",
    doc: "Resamples the spatial dimensions to another size, or by a factor.",
    inputs: ["input"],
    forward: (self, input) =>
      resample(input, self.get("size"), self.get("scale_factor"), self.get("mode"), self.get("align_corners")),
    extraRepr: (self) => resampleText(self, self.get("mode")),
  }),
  ...[
    { name: "UpsamplingNearest2d", mode: "nearest", corners: null, doc: "Repeats the nearest pixel." },
    {
      name: "UpsamplingBilinear2d",
      mode: "bilinear",
      corners: true,
      doc: "Interpolates between pixels; corners stay.",
    },
  ].map(({ name, mode, corners, doc }) =>
    layer({
      name,
      signature: `${name}(IntArrayRef[2]? size=None, object scale_factor=None)`,
      doc,
      inputs: ["input"],
      forward: (self, input) => resample(input, self.get("size"), self.get("scale_factor"), mode, corners),
      extraRepr: (self) => resampleText(self, mode),
    }),
  ),
  layer({
    name: "ChannelShuffle",
    signature: "ChannelShuffle(int64_t groups)",
    doc: "Deals the channels of each group out over all groups.",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "channel_shuffle", input, self.get("groups")),
    extraRepr: (self) => `groups=${self.get("groups")}`,
  }),
  layer({
    name: "PixelShuffle",
    signature: "PixelShuffle(int64_t upscale_factor)",
    doc: "Channels become space: [C r², H, W] → [C, H r, W r].",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "pixel_shuffle", input, self.get("upscale_factor")),
    extraRepr: (self) => `upscale_factor=${self.get("upscale_factor")}`,
  }),
  layer({
    name: "PixelUnshuffle",
    signature: "PixelUnshuffle(int64_t downscale_factor)",
    doc: "Space becomes channels: [C, H r, W r] → [C r², H, W].",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "pixel_unshuffle", input, self.get("downscale_factor")),
    extraRepr: (self) => `downscale_factor=${self.get("downscale_factor")}`,
  }),
  layer({
    name: "Unfold",
    signature: `Unfold(${PATCHES})`,
    doc: "Sliding blocks of images as columns.",
    inputs: ["input"],
    forward: (self, input) => {
      const pair = (name: string): number[] => spread(self.get<Size>(name), 2);
      return run(self.rt, "im2col", input, pair("kernel_size"), pair("dilation"), pair("padding"), pair("stride"));
    },
    extraRepr: (self) => patchText((name) => self.get(name)),
  }),
  layer({
    name: "Fold",
    signature: `Fold(IntArrayRef[2] output_size, ${PATCHES})`,
    doc: "Columns of blocks back to images; overlapping blocks add up.",
    inputs: ["input"],
    forward: (self, input) => {
      const pair = (name: string): number[] => spread(self.get<Size>(name), 2);
      const sizes = ["output_size", "kernel_size", "dilation", "padding", "stride"].map(pair);
      return run(self.rt, "col2im", input, ...sizes);
    },
    extraRepr: (self) => `output_size=${pythonText(self.get("output_size"))}, ${patchText((name) => self.get(name))}`,
  }),
];
