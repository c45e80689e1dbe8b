// Arrays in and out for shape, intensity statistics and local intensity. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "enclosing.hpp"
#include "level_counts.hpp"
#include "local_mean.hpp"
#include "marching_cubes.hpp"
#include "marching_squares.hpp"
#include "statistics.hpp"
#include "vertex_diameters.hpp"
#include "voxel_moments.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using MaskArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using ImageArray = nb::ndarray<const double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using ValueArray = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using SpaceArray = nb::ndarray<const double, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
using Three = std::array<double, 3>;

auto moments(const MaskArray& mask) {
    std::vector<double> found;
    {
        nb::gil_scoped_release release;
        const VoxelMoments m = voxel_moments(RowRuns(mask.data(), shape_of(mask)));
        found = {double(m.count)};
        found.insert(found.end(), m.mean.begin(), m.mean.end());
        found.insert(found.end(), m.covariance.begin(), m.covariance.end());
    }
    return give(std::move(found), {10});
}

std::array<double, 2> cubes(const MaskArray& mask, const Three& spacing, bool closed) {
    nb::gil_scoped_release release;
    const RowRuns region(mask.data(), shape_of(mask));
    const CubeSurface found =
        measure_cubes(region, spacing.data(), closed ? CubeRule::closed : CubeRule::pyradiomics);
    return {found.area_mm2, found.volume_mm3};
}

// Edges of the cube's triangles, three each, for a configuration of its corners.
std::vector<int> triangles(int configuration, bool closed) {
    if (configuration < 0 || configuration > 255) throw std::invalid_argument("a configuration is 0 ... 255");
    return cube_triangles(configuration, closed ? CubeRule::closed : CubeRule::pyradiomics);
}

std::array<double, 2> squares(const MaskArray& mask, const std::array<double, 2>& spacing) {
    if (mask.shape(0) != 1) throw std::invalid_argument("the mask must be one slice");
    nb::gil_scoped_release release;
    const SquareOutline found = measure_squares(RowRuns(mask.data(), shape_of(mask)), 0, spacing.data());
    return {found.perimeter_mm, found.area_mm2};
}

auto diameter(const MaskArray& mask, const Three& spacing) {
    nb::gil_scoped_release release;
    return largest_diameter(RowRuns(mask.data(), shape_of(mask)), spacing.data());
}

auto diameters_in_planes(const MaskArray& mask, const Three& spacing) {
    nb::gil_scoped_release release;
    return plane_diameters(RowRuns(mask.data(), shape_of(mask)), spacing.data());
}

auto candidates(const MaskArray& mask) {
    std::vector<std::int32_t> flat;
    {
        nb::gil_scoped_release release;
        for (const auto& voxel : hull_candidates(RowRuns(mask.data(), shape_of(mask)))) {
            flat.insert(flat.end(), voxel.begin(), voxel.end());
        }
    }
    const std::size_t n = flat.size() / 3;
    return give(std::move(flat), {n, 3});
}

std::vector<SpacePoint> points_of(const SpaceArray& array) {
    if (array.shape(0) == 0) throw std::invalid_argument("there are no points");
    std::vector<SpacePoint> points(array.shape(0));
    for (std::size_t p = 0; p < points.size(); ++p) {
        points[p] = {array.data()[3 * p], array.data()[3 * p + 1], array.data()[3 * p + 2]};
    }
    return points;
}

Three box_around(const SpaceArray& corners, const SpaceArray& normals) {
    nb::gil_scoped_release release;
    return oriented_box(points_of(corners), points_of(normals));
}

auto weights_of_ellipsoid(const SpaceArray& points, double tolerance) {
    std::vector<double> weights;
    {
        nb::gil_scoped_release release;
        weights = ellipsoid_weights(points_of(points), tolerance);
    }
    const std::size_t n = weights.size();
    return give(std::move(weights), {n});
}

auto statistics(const ValueArray& values) {
    if (values.shape(0) == 0) throw std::invalid_argument("there are no values");
    std::vector<double> found;
    {
        nb::gil_scoped_release release;
        const Statistics s = describe(values.data(), values.shape(0));
        found = {s.mean, s.second, s.third, s.fourth, s.minimum, s.p10, s.p25, s.median, s.p75, s.p90, s.maximum,
                 s.mean_absolute_deviation, s.robust_mean_absolute_deviation, s.median_absolute_deviation, s.energy};
    }
    const std::size_t n = found.size();
    return give(std::move(found), {n});
}

// Of the levels 1 ... count.
template <class Level>
auto counts(const nb::ndarray<const Level, nb::ndim<3>, nb::c_contig, nb::device::cpu>& levels, int count) {
    std::vector<std::int64_t> found;
    {
        nb::gil_scoped_release release;
        found = level_counts(Levels<Level>{levels.data(), shape_of(levels), count});
        found.erase(found.begin());
    }
    const std::size_t n = found.size();
    return give(std::move(found), {n});
}

auto means_around(const ImageArray& image, const std::array<int, 3>& start, const MaskArray& mask,
                  const Three& spacing, double radius_mm) {
    const ImageBox box{image.data(), shape_of(image), {start[0], start[1], start[2]}, shape_of(mask)};
    if (start[0] < 0 || start[1] < 0 || start[2] < 0 || start[0] + box.box.k > box.shape.k ||
        start[1] + box.box.j > box.shape.j || start[2] + box.box.i > box.shape.i) {
        throw std::invalid_argument("the mask must lie in the image");
    }
    std::vector<double> means(box.box.size(), 0.0);
    {
        nb::gil_scoped_release release;
        local_means(box, mask.data(), spacing.data(), radius_mm, means.data());
    }
    return give(std::move(means), {mask.shape(0), mask.shape(1), mask.shape(2)});
}

}  // namespace

void register_shape(nb::module_& m) {
    m.def("voxel_moments", &moments, "mask"_a);
    m.def("marching_cubes", &cubes, "mask"_a, "spacing"_a, "closed"_a);
    m.def("cube_triangles", &triangles, "configuration"_a, "closed"_a);
    m.def("marching_squares", &squares, "mask"_a, "spacing"_a);
    m.def("largest_diameter", &diameter, "mask"_a, "spacing"_a);
    m.def("plane_diameters", &diameters_in_planes, "mask"_a, "spacing"_a);
    m.def("hull_candidates", &candidates, "mask"_a);
    m.def("oriented_box", &box_around, "corners"_a, "normals"_a);
    m.def("ellipsoid_weights", &weights_of_ellipsoid, "points"_a, "tolerance"_a);
    m.def("describe", &statistics, "values"_a);
    m.def("level_counts", &counts<std::uint8_t>, "levels"_a, "count"_a);
    m.def("level_counts", &counts<std::uint16_t>, "levels"_a, "count"_a);
    m.def("local_means", &means_around, "image"_a, "start"_a, "mask"_a, "spacing"_a, "radius_mm"_a);
}

}  // namespace oncometry
