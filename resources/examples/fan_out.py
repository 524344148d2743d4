# One tensor used three times: its gradient is the sum of what each use sends back.
import torch

a = torch.tensor(3.0, requires_grad=True)
b = a * a  # twice at once: both inputs are a
c = b + a  # and once more
c.backward()
print("dc/da = 2a + 1 =", a.grad)

# Gradients also add up over backward passes.
c = a * a + a
c.backward()
print("after a second pass:", a.grad)

a.grad.zero_()
c = a * a + a
c.backward()
print("after zeroing and a third:", a.grad)
