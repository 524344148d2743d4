"""torch.utils.tensorboard is not part of Backstep."""

raise ModuleNotFoundError(
    "torch.utils.tensorboard is not part of Backstep: curves of losses and gradients are shown in its own plots. "
    "Leave SummaryWriter out, or print the values.", name="torch.utils.tensorboard")
