import { check, sizes } from "../errors.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";
import { permute, reshape, view } from "./views.ts";

/** [*, C·r², H, W] to [*, C, H·r, W·r]: channels become positions. */
export const pixelShuffle = op({
  name: "pixel_shuffle",
  args: ["self", "upscale_factor"],
  node: "PixelShuffleBackward0",
  forward: (self: Tensor, r: number): Tensor => {
    check(
      self.ndim >= 3,
      () => `pixel_shuffle expects input to have at least 3 dimensions, but got input with ${self.ndim} dimension(s)`,
    );
    check(r > 0, () => `pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    const [channels, height, width] = self.shape.slice(-3);
    const lead = self.shape.slice(0, -3);
    check(
      channels % (r * r) === 0,
      () =>
        `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
    );
    const own = channels / (r * r);
    const n = lead.length;
    const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2];
    const split = reshape(self, [...lead, own, r, r, height, width]);
    return reshape(clone(permute(split, order), "contiguous_format"), [...lead, own, height * r, width * r]);
  },
  keep: ([, upscale_factor]) => ({ upscale_factor }),
  vjp: { self: (g, { upscale_factor }): Tensor => pixelUnshuffle(g, upscale_factor) },
  formula: { out: "\\mathrm{shuffle}({self})", vjp: { self: "\\mathrm{unshuffle}({g})" } },
  places: ["torch", "F"],
  signatures: ["pixel_shuffle(Tensor input, int64_t upscale_factor)"],
});

/** The inverse of pixel_shuffle. */
export const pixelUnshuffle = op({
  name: "pixel_unshuffle",
  args: ["self", "downscale_factor"],
  node: "PixelUnshuffleBackward0",
  forward: (self: Tensor, r: number): Tensor => {
    check(
      self.ndim >= 3,
      () => `pixel_unshuffle expects input to have at least 3 dimensions, but got input with ${self.ndim} dimension(s)`,
    );
    check(r > 0, () => `pixel_unshuffle expects a positive downscale_factor, but got ${r}`);
    const [channels, height, width] = self.shape.slice(-3);
    const lead = self.shape.slice(0, -3);
    check(
      height % r === 0,
      () =>
        `pixel_unshuffle expects height to be divisible by downscale_factor, but input.size(-2)=${height} is not divisible by ${r}`,
    );
    check(
      width % r === 0,
      () =>
        `pixel_unshuffle expects width to be divisible by downscale_factor, but input.size(-1)=${width} is not divisible by ${r}`,
    );
    const n = lead.length;
    const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3];
    const split = reshape(self, [...lead, channels, height / r, r, width / r, r]);
    return reshape(clone(permute(split, order), "contiguous_format"), [
      ...lead,
      channels * r * r,
      height / r,
      width / r,
    ]);
  },
  keep: ([, downscale_factor]) => ({ downscale_factor }),
  vjp: { self: (g, { downscale_factor }): Tensor => pixelShuffle(g, downscale_factor) },
  formula: { out: "\\mathrm{unshuffle}({self})", vjp: { self: "\\mathrm{shuffle}({g})" } },
  places: ["torch", "F"],
  signatures: ["pixel_unshuffle(Tensor input, int64_t downscale_factor)"],
});

/** Interleaves the channels of `groups` groups. */
export const channelShuffle = op({
  name: "channel_shuffle",
  args: ["self", "groups"],
  node: "ChannelShuffleBackward0",
  forward: (self: Tensor, groups: number): Tensor => {
    check(
      self.ndim > 2,
      () => `channel_shuffle expects input with > 2 dims, but got input with sizes ${sizes(self.shape)}`,
    );
    const [batch, channels] = self.shape;
    check(groups > 0, () => `Number of groups to divide channels in must be positive. Value of groups:${groups}`);
    check(
      channels % groups === 0,
      () => `Number of channels must be divisible by groups. Got ${channels} channels and ${groups} groups.`,
    );
    const split = view(self, [batch, groups, channels / groups, -1]);
    return reshape(permute(split, [0, 2, 1, 3]), self.shape);
  },
  keep: ([self, groups]) => ({ groups, channels: self.shape[1] }),
  vjp: { self: (g, { groups, channels }): Tensor => channelShuffle(g, channels / groups) },
  formula: {
    out: "\\mathrm{shuffle}({self})",
    vjp: { self: "\\mathrm{shuffle}^{-1}({g})" },
    note: "dealing channels out to groups is undone by dealing them out to as many groups as one had channels",
  },
  places: ["torch", "F"],
  signatures: ["channel_shuffle(Tensor input, int64_t groups)"],
});
