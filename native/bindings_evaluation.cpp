// Arrays in and out for the comparison of two masks. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/tuple.h>

#include <array>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "arrays.hpp"
#include "surface_distances.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using MaskArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

auto handed(std::vector<double>&& values) {
    const std::size_t n = values.size();
    return give(std::move(values), {n});
}

auto distances(const MaskArray& first, const MaskArray& second, const std::array<double, 3>& spacing, bool surfels,
               int threads) {
    const Shape shape = shape_of(first), other = shape_of(second);
    if (shape.k != other.k || shape.j != other.j || shape.i != other.i) {
        throw std::invalid_argument("the masks must have one shape");
    }
    std::pair<SurfaceDistances, SurfaceDistances> found;
    {
        nb::gil_scoped_release release;
        const SurfaceElement element = surfels ? SurfaceElement::surfels : SurfaceElement::voxels;
        found = surface_distances(first.data(), second.data(), shape, spacing.data(), element, threads);
    }
    return std::make_tuple(handed(std::move(found.first.distances_mm)), handed(std::move(found.first.weights)),
                           handed(std::move(found.second.distances_mm)), handed(std::move(found.second.weights)));
}

}  // namespace

void register_evaluation(nb::module_& m) {
    m.def("surface_distances", &distances, "first"_a.noconvert(), "second"_a.noconvert(), "spacing"_a, "surfels"_a,
          "threads"_a);
}

}  // namespace oncometry
