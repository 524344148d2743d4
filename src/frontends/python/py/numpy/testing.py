"""numpy.testing: the assertions that teaching code uses."""

from ._algebra import allclose, array_equal
from ._array import asarray


def assert_allclose(actual, desired, rtol=1e-07, atol=0, equal_nan=True, err_msg="", verbose=True):
    if not allclose(actual, desired, rtol, atol, equal_nan):
        raise AssertionError(f"\nNot equal to tolerance rtol={rtol:g}, atol={atol:g}\n{err_msg}\n ACTUAL: {asarray(actual)!r}\n DESIRED: {asarray(desired)!r}")


def assert_array_equal(x, y, err_msg="", verbose=True):
    if not array_equal(x, y):
        raise AssertionError(f"\nArrays are not equal\n{err_msg}\n ACTUAL: {asarray(x)!r}\n DESIRED: {asarray(y)!r}")


def assert_almost_equal(actual, desired, decimal=7, err_msg="", verbose=True):
    if not allclose(actual, desired, 0, 1.5 * 10.0**-decimal):
        raise AssertionError(f"\nArrays are not almost equal to {decimal} decimals\n{err_msg}\n ACTUAL: {actual!r}\n DESIRED: {desired!r}")


assert_array_almost_equal = assert_almost_equal
assert_equal = assert_array_equal


def assert_(val, msg=""):
    if not val:
        raise AssertionError(msg)
