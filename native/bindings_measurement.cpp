// Arrays in and out for the measurement kernels. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "components.hpp"
#include "diameters.hpp"
#include "mesh.hpp"
#include "slices.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using MaskArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using FieldArray = nb::ndarray<const float, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using LabelArray = nb::ndarray<const std::int32_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using PointArray = nb::ndarray<const double, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;
using SpacePoints = nb::ndarray<const double, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
using Four = std::array<double, 4>;
using Three = std::array<double, 3>;

const float* data_of(const std::optional<FieldArray>& field, Shape shape) {
    if (!field) return nullptr;
    const Shape other = shape_of(*field);
    if (other.k != shape.k || other.j != shape.j || other.i != shape.i) {
        throw std::invalid_argument("the field must have the mask's shape");
    }
    return field->data();
}

SliceRule rule_of(const Four& metric, double sigma, bool within, double tolerance_mm) {
    return {{metric[0], metric[1], metric[2], metric[3]}, sigma, within, tolerance_mm};
}

auto components(const MaskArray& mask) {
    const Shape shape = shape_of(mask);
    std::vector<std::int32_t> labels(shape.size());
    int count = 0;
    {
        nb::gil_scoped_release release;
        const Components found = find_components(mask.data(), shape);
        paint(found, shape, labels.data());
        count = found.count;
    }
    return std::make_pair(give(std::move(labels), {mask.shape(0), mask.shape(1), mask.shape(2)}), count);
}

auto join(const LabelArray& given, int count, const Three& spacing, double gap_mm) {
    const Shape shape = shape_of(given);
    std::vector<std::int32_t> labels(given.data(), given.data() + shape.size());
    {
        nb::gil_scoped_release release;
        count = join_components(labels.data(), shape, count, spacing.data(), gap_mm);
    }
    return std::make_pair(give(std::move(labels), {given.shape(0), given.shape(1), given.shape(2)}), count);
}

// Half-open box (k0, k1, j0, j1, i0, i1) of the non-zero voxels; all zero if there are none.
std::array<int, 6> bounding_box(const MaskArray& mask) {
    nb::gil_scoped_release release;
    const Components found = find_components(mask.data(), shape_of(mask));
    if (found.runs.empty()) return {0, 0, 0, 0, 0, 0};
    const Run& first = found.runs.front();
    std::array<int, 6> box{first.k, found.runs.back().k + 1, first.j, first.j + 1, first.begin, first.end};
    for (const Run& run : found.runs) {
        box = {box[0], box[1], std::min(box[2], run.j), std::max(box[3], run.j + 1),
               std::min(box[4], run.begin), std::max(box[5], run.end)};
    }
    return box;
}

auto give_measures(const std::vector<SliceMeasure>& measures) {
    const std::size_t n = measures.size();
    std::vector<std::int32_t> where;
    std::vector<double> lengths, ends, areas;
    std::vector<std::uint8_t> leaves;
    for (const SliceMeasure& m : measures) {
        where.insert(where.end(), {m.component, m.slice});
        areas.push_back(m.area_px);
        for (const Chord* chord : {&m.diameters.longest, &m.diameters.perpendicular}) {
            lengths.push_back(chord->length);
            leaves.push_back(chord->leaves);
            ends.insert(ends.end(), {chord->a.x, chord->a.y, chord->b.x, chord->b.y});
        }
    }
    return std::make_tuple(give(std::move(where), {n, 2}), give(std::move(areas), {n}),
                           give(std::move(lengths), {n, 2}), give(std::move(ends), {n, 2, 2, 2}),
                           give(std::move(leaves), {n, 2}));
}

auto component_slices(const MaskArray& mask, const Four& metric, double sigma, bool within,
                      double tolerance_mm, int minimum_voxels) {
    std::vector<SliceMeasure> measures;
    {
        nb::gil_scoped_release release;
        const SliceRule rule = rule_of(metric, sigma, within, tolerance_mm);
        measures = measure_components(mask.data(), shape_of(mask), rule, minimum_voxels);
    }
    return give_measures(measures);
}

auto region_slices(const MaskArray& mask, const std::optional<FieldArray>& field, const Four& metric,
                   double sigma, bool within, double tolerance_mm) {
    const Shape shape = shape_of(mask);
    const float* values = data_of(field, shape);
    std::vector<SliceMeasure> measures;
    {
        nb::gil_scoped_release release;
        measures = measure_region(mask.data(), values, shape, rule_of(metric, sigma, within, tolerance_mm));
    }
    return give_measures(measures);
}

Outline outline_of(const PointArray& points, const std::vector<int>& starts) {
    Outline outline;
    for (std::size_t p = 0; p < points.shape(0); ++p) {
        outline.points.push_back({points.data()[2 * p], points.data()[2 * p + 1]});
    }
    outline.starts = starts;
    if (starts.empty() || starts.front() != 0 || starts.back() != int(points.shape(0))) {
        throw std::invalid_argument("starts must run from 0 to the number of points");
    }
    for (std::size_t s = 0; s + 1 < starts.size(); ++s) {
        if (starts[s + 1] <= starts[s]) throw std::invalid_argument("starts must rise");
    }
    return outline;
}

auto polygon_diameters(const PointArray& points, const std::vector<int>& starts, bool within,
                       double tolerance_mm) {
    const Outline outline = outline_of(points, starts);
    SliceMeasure measure{0, 0, enclosed_area(outline), {}};
    {
        nb::gil_scoped_release release;
        measure.diameters = measure_outline(outline, within, tolerance_mm, 0.0);
    }
    return give_measures({measure});
}

auto outlines(const MaskArray& mask, const std::optional<FieldArray>& field, double sigma) {
    const Shape shape = shape_of(mask);
    const float* values = data_of(field, shape);
    Outline outline;
    std::vector<int> slices;
    {
        nb::gil_scoped_release release;
        outline = trace_region(mask.data(), values, shape, sigma, slices);
    }
    std::vector<double> flat;
    for (const Point& point : outline.points) flat.insert(flat.end(), {point.x, point.y});
    return std::make_tuple(give(std::move(flat), {outline.points.size(), 2}), outline.starts, slices);
}

auto furthest(const SpacePoints& given, double block_mm) {
    if (given.shape(0) == 0) throw std::invalid_argument("there are no points");
    nb::gil_scoped_release release;
    std::vector<Position> points(given.shape(0));
    for (std::size_t p = 0; p < points.size(); ++p) {
        points[p] = {given.data()[3 * p], given.data()[3 * p + 1], given.data()[3 * p + 2]};
    }
    return furthest_pair(points, block_mm);
}

auto surface(const MaskArray& mask, const std::optional<FieldArray>& field,
             const std::array<Three, 3>& columns, const Three& sigma) {
    const Shape shape = shape_of(mask);
    const float* values = data_of(field, shape);
    SurfaceRule rule;
    for (int axis = 0; axis < 3; ++axis) {
        rule.sigma[axis] = sigma[std::size_t(axis)];
        for (int c = 0; c < 3; ++c) rule.columns[axis][c] = columns[std::size_t(axis)][std::size_t(c)];
    }
    Surface found;
    {
        nb::gil_scoped_release release;
        found = measure_surface(mask.data(), values, shape, rule);
    }
    return std::make_pair(found.area_mm2, found.volume_voxels);
}

}  // namespace

void register_measurement(nb::module_& m) {
    m.def("components", &components, "mask"_a.noconvert());
    m.def("join", &join, "labels"_a.noconvert(), "count"_a, "spacing"_a, "gap_mm"_a);
    m.def("bounding_box", &bounding_box, "mask"_a.noconvert());
    m.def("component_slices", &component_slices, "mask"_a.noconvert(), "metric"_a, "sigma"_a, "within"_a,
          "tolerance_mm"_a, "minimum_voxels"_a);
    m.def("region_slices", &region_slices, "mask"_a.noconvert(), "field"_a.noconvert().none(), "metric"_a, "sigma"_a, "within"_a,
          "tolerance_mm"_a);
    m.def("polygon_diameters", &polygon_diameters, "points"_a.noconvert(), "starts"_a, "within"_a, "tolerance_mm"_a);
    m.def("outlines", &outlines, "mask"_a.noconvert(), "field"_a.noconvert().none(), "sigma"_a);
    m.def("furthest_pair", &furthest, "points"_a.noconvert(), "block_mm"_a);
    m.def("surface", &surface, "mask"_a.noconvert(), "field"_a.noconvert().none(), "columns"_a, "sigma"_a);
}

}  // namespace oncometry
