"""The steps of recurrent networks, made of ordinary operators, with the backward nodes that PyTorch's CPU versions have."""

import torch
from .. import functional as F


def _parts(x, n):
    """`n` equal parts along dimension 1."""
    return x.unsafe_chunk(n, 1)


def _now(gates_in):
    """The input's share of the gates; cells called alone compute it in the middle, as PyTorch does (order of the graph)."""
    return gates_in() if callable(gates_in) else gates_in


def rnn_cell(activation):
    def cell(gates_in, hidden, params):
        _, w_hh, _, b_hh = params
        (h,) = hidden
        return (activation(F.linear(h, w_hh, b_hh) + _now(gates_in)),)

    return cell


def lstm_cell(gates_in, hidden, params):
    """Input, forget, cell and output gates; `params` ends with the projection when there is one."""
    _, w_hh, _, b_hh, *projection = params
    h, c = hidden
    i, f, g, o = _parts(F.linear(h, w_hh, b_hh) + _now(gates_in), 4)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = (f * c) + (i * g)
    h = o * torch.tanh(c)
    if projection:
        h = F.linear(h, projection[0])
    return h, c


def gru_cell(gates_in, hidden, params):
    """Reset, update and new gates."""
    _, w_hh, _, b_hh = params
    (h,) = hidden
    i_r, i_z, i_n = _parts(_now(gates_in), 3)
    h_r, h_z, h_n = _parts(F.linear(h, w_hh, b_hh), 3)
    r = (h_r + i_r).sigmoid_()
    z = (h_z + i_z).sigmoid_()
    n = (i_n + h_n * r).tanh_()
    return ((h - n) * z + n,)


CELLS = {"RNN_TANH": rnn_cell(torch.tanh), "RNN_RELU": rnn_cell(torch.relu), "LSTM": lstm_cell, "GRU": gru_cell}


def _direction(cell, inputs, hidden, params, reverse):
    """Runs one direction of a layer over (time, batch, features)."""
    w_ih, _, b_ih = params[:3]
    gates = F.linear(inputs, w_ih, b_ih).unbind(0)
    outputs = []
    for gate in reversed(gates) if reverse else gates:
        hidden = cell(gate, hidden, params)
        outputs.append(hidden[0])
    return torch.stack(outputs[::-1] if reverse else outputs, 0), hidden


def _packed_direction(cell, data, batch_sizes, hidden, params, reverse):
    """Runs one direction of a layer over packed sequences: at step t the first batch_sizes[t] sequences are still there."""
    w_ih, _, b_ih = params[:3]
    steps = F.linear(data, w_ih, b_ih).split(batch_sizes, 0)
    outputs = []
    if reverse:
        full = hidden
        hidden = tuple(h[: batch_sizes[-1]] for h in full)
        for t in range(len(steps) - 1, -1, -1):
            missing = batch_sizes[t] - hidden[0].size(0)
            if missing > 0:
                hidden = tuple(torch.cat([h, f[h.size(0): batch_sizes[t]]], 0) for h, f in zip(hidden, full))
            hidden = cell(steps[t], hidden, params)
            outputs.append(hidden[0])
        return torch.cat(outputs[::-1], 0), hidden
    ended = []
    for t, step in enumerate(steps):
        size = batch_sizes[t]
        if hidden[0].size(0) > size:
            ended.append(tuple(h[size:] for h in hidden))
            hidden = tuple(h[:size] for h in hidden)
        hidden = cell(step, hidden, params)
        outputs.append(hidden[0])
    ended.append(hidden)
    return torch.cat(outputs, 0), tuple(torch.cat(parts[::-1], 0) for parts in zip(*ended))


def run(mode, input, hidden, weights, num_layers, dropout, training, bidirectional, batch_sizes=None):
    """
    All layers of a recurrent network. `hidden`: tensors (layers · directions, batch, size); `weights`: per layer and
    direction its list of parameters (None for a missing bias). Returns the output and the last hidden states.
    """
    cell = CELLS[mode]
    directions = 2 if bidirectional else 1
    states = list(zip(*[h.unbind(0) for h in hidden]))
    last = []
    for layer in range(num_layers):
        outputs = []
        for d in range(directions):
            k = layer * directions + d
            if batch_sizes is None:
                output, state = _direction(cell, input, states[k], weights[k], d == 1)
            else:
                output, state = _packed_direction(cell, input, batch_sizes, states[k], weights[k], d == 1)
            outputs.append(output)
            last.append(state)
        input = outputs[0] if directions == 1 else torch.cat(outputs, -1)
        if dropout > 0 and training and layer < num_layers - 1:
            input = F.dropout(input, dropout, True)
    return input, tuple(torch.stack(parts, 0) for parts in zip(*last))
