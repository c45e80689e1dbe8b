// Gray levels in, maps of features out: of every voxel's window. The GIL is released while they are computed.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "glcm.hpp"
#include "glrlm.hpp"
#include "neighborhoods.hpp"
#include "rules.hpp"
#include "statistics.hpp"
#include "zones.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

template <class T>
using Box = nb::ndarray<const T, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Centers = std::optional<Box<std::uint8_t>>;
using Maps = nb::ndarray<nb::numpy, double>;

template <class T>
void check_inner(const Box<T>& box, const Shape& levels) {
    const Shape s = shape_of(box);
    if (s.k != levels.k - 2 || s.j != levels.j - 2 || s.i != levels.i - 2) {
        throw std::invalid_argument("the box must have the levels' shape less their border");
    }
}

Radii radii_of(const Three& radii) {
    if (std::min({radii[0], radii[1], radii[2]}) < 0) throw std::invalid_argument("a radius must not be negative");
    return {radii[0], radii[1], radii[2]};
}

// Maps in the shape of the levels less their border, filled by fill(levels, centers, out).
template <class Level, class Fill>
Maps maps(const LevelArray<Level>& array, int count, const Centers& centers, std::size_t features, const Fill& fill) {
    const Levels<Level> levels = levels_of(array, count, 1);
    if (centers) check_inner(*centers, levels.shape);
    const std::uint8_t* wanted = centers ? centers->data() : nullptr;
    const std::vector<std::size_t> shape{features, array.shape(0) - 2, array.shape(1) - 2, array.shape(2) - 2};
    std::vector<double> found(shape[0] * shape[1] * shape[2] * shape[3]);
    {
        nb::gil_scoped_release release;
        fill(levels, wanted, found.data());
    }
    return give(std::move(found), shape);
}

template <class Level>
Maps glcm_maps(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
               const std::vector<double>& weights, bool merge, bool symmetric, bool pyradiomics, const Three& radii,
               const Centers& centers, int threads) {
    const Plan plan = plan_of(directions, weights, false, merge, threads);
    const Radii reach = radii_of(radii);
    const std::size_t features = std::size_t(kGlcmFeatures + pyradiomics);
    return maps(array, count, centers, features, [&](const auto& levels, auto at, double* out) {
        glcm_map(levels, plan, {count, symmetric, pyradiomics, false}, reach, out, at);
    });
}

template <class Level>
Maps glrlm_maps(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
                const std::vector<double>& weights, bool merge, bool pyradiomics, const Three& radii,
                const Centers& centers, int threads) {
    const Plan plan = plan_of(directions, weights, false, merge, threads);
    const Radii reach = radii_of(radii);
    return maps(array, count, centers, kGlrlmFeatures, [&](const auto& levels, auto at, double* out) {
        glrlm_map(levels, plan, pyradiomics, reach, out, at);
    });
}

template <class Level>
Maps zone_maps(const LevelArray<Level>& array, int count, const Three& radii, const Centers& centers, int threads) {
    const Radii reach = radii_of(radii);
    return maps(array, count, centers, kCountFeatures,
                [&](const auto& levels, auto at, double* out) { zone_map(levels, reach, threads, out, at); });
}

template <class Level>
Maps neighborhood_maps(const LevelArray<Level>& array, int count, const Three& radii, int border,
                       const std::vector<Three>& steps, int alpha, bool lone, bool tones, const Centers& centers,
                       int threads) {
    const NeighborhoodRule rule = rule_of(steps, border, alpha, lone, threads);
    const Radii reach = radii_of(radii);
    const std::size_t features = std::size_t(tones ? kToneFeatures : kCountFeatures);
    return maps(array, count, centers, features, [&](const auto& levels, auto at, double* out) {
        neighborhood_map(levels, rule, tones, reach, out, at);
    });
}

template <class Level>
Maps statistics_maps(const LevelArray<Level>& array, int count, const Box<double>& values, const Three& radii,
                     const Centers& centers, int threads) {
    check_inner(values, shape_of(array));
    const Radii reach = radii_of(radii);
    return maps(array, count, centers, kMappedStatistics, [&](const auto& levels, auto at, double* out) {
        statistics_map(levels, values.data(), reach, threads, out, at);
    });
}

template <class Level>
void register_level(nb::module_& m) {
    m.def("glcm_map", &glcm_maps<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "symmetric"_a, "pyradiomics"_a, "radii"_a, "centers"_a.noconvert().none(), "threads"_a);
    m.def("glrlm_map", &glrlm_maps<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "pyradiomics"_a, "radii"_a, "centers"_a.noconvert().none(), "threads"_a);
    m.def("zone_map", &zone_maps<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a,
          "centers"_a.noconvert().none(), "threads"_a);
    m.def("neighborhood_map", &neighborhood_maps<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a, "border"_a,
          "steps"_a, "alpha"_a, "lone"_a, "tones"_a, "centers"_a.noconvert().none(), "threads"_a);
    m.def("statistics_map", &statistics_maps<Level>, "levels"_a.noconvert(), "count"_a, "values"_a.noconvert(),
          "radii"_a, "centers"_a.noconvert().none(), "threads"_a);
}

}  // namespace

void register_maps(nb::module_& m) {
    register_level<std::uint8_t>(m);
    register_level<std::uint16_t>(m);
}

}  // namespace oncometry
