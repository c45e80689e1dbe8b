// Arrays in and out for the filters' kernels. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>

#include <array>
#include <stdexcept>

#include "recursive_gaussian.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using Window = nb::ndarray<const double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Response = nb::ndarray<nb::numpy, double, nb::ndim<3>>;

Response laplacian(const Window& window, const std::array<double, 3>& sigma, const std::array<int, 3>& start,
                   const std::array<int, 3>& stop) {
    const Shape shape{int(window.shape(0)), int(window.shape(1)), int(window.shape(2))};
    const std::array<int, 3> lengths{shape.k, shape.j, shape.i};
    std::size_t sizes[3];
    std::size_t size = 1;
    for (int axis = 0; axis < 3; ++axis) {
        if (!(sigma[axis] > 0) || start[axis] < 0 || stop[axis] <= start[axis] || stop[axis] > lengths[axis]) {
            throw std::invalid_argument("sigma must be positive and the rows wanted lie in the window");
        }
        sizes[axis] = std::size_t(stop[axis] - start[axis]);
        size *= sizes[axis];
    }
    auto* response = new double[size];
    const nb::capsule owner(response, [](void* p) noexcept { delete[] static_cast<double*>(p); });
    {
        nb::gil_scoped_release release;
        recursive_laplacian(window.data(), shape, sigma, {start, stop}, response);
    }
    return Response(response, 3, sizes, owner);
}

}  // namespace

void register_filters(nb::module_& m) {
    m.def("recursive_laplacian", &laplacian, "window"_a, "sigma"_a, "start"_a, "stop"_a,
          "Sigma squared times the Laplacian of the window smoothed by a Gaussian of sigma voxels along k, j, i, "
          "in rows start ... stop.");
}

}  // namespace oncometry
