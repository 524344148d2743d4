# Sequences of different lengths: padded, packed, through recurrent layers, and back.
import torch
from torch import nn, randn, tensor
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence, unpack_sequence, unpad_sequence

torch.manual_seed(0)
seqs = [randn(3, 2), randn(5, 2), randn(2, 2)]
padded = pad_sequence(seqs, batch_first=True)
lengths = tensor([3, 5, 2])
print(pad_sequence([tensor([1, 2, 3]), tensor([4])], batch_first=True, padding_value=9, padding_side="left"))
packed = pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
print(packed)
lstm = nn.LSTM(2, 3, num_layers=2, bidirectional=True, batch_first=True)
out, (h, c) = lstm(packed)
back, n = pad_packed_sequence(out, batch_first=True)
print(back, n)
print(h[-1], c[0])
back.pow(2).sum().backward()
print(lstm.weight_hh_l0.grad.norm(), lstm.bias_ih_l1_reverse.grad)
gru = nn.GRU(2, 3)
out, h = gru(pack_sequence([randn(4, 2), randn(2, 2)]), randn(1, 2, 3))
print(out.data, out.batch_sizes)
print(h)
print([list(s.shape) for s in unpack_sequence(out)])
print(unpad_sequence(padded, lengths, batch_first=True)[2])
print(pad_packed_sequence(out, total_length=5)[0].shape[0])
try:
    pack_padded_sequence(padded, lengths, batch_first=True)
except RuntimeError as e:
    print(e)
try:
    pad_packed_sequence(out, total_length=2)
except ValueError as e:
    print(e)
