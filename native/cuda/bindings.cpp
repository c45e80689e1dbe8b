// Maps on a device, under the names and with the arguments that _native's have: levels in, (features, k, j, i) out.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <limits>
#include <stdexcept>

#include "arrays.hpp"
#include "maps.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry::cuda {
#ifdef ONCOMETRY_EMULATED
int& emulated_lanes();
#endif
namespace {

using Three = std::array<int, 3>;
using Maps = nb::ndarray<nb::numpy, double>;

template <class Level>
MapRegion region_of(const Levels<Level>& levels) {
    const std::size_t size = levels.shape.size();
    MapRegion region{{levels.data, levels.data + size}, levels.shape, {}, levels.count};
    for (std::size_t v = 0; v < size; ++v) {
        if (levels.data[v] != 0) region.voxels.push_back(std::int64_t(v));
    }
    return region;
}

// From (voxels, features) to maps in the shape of the levels less their border; NaN outside the region.
std::vector<double> spread(const MapRegion& region, const std::vector<double>& values, std::size_t features) {
    const Shape s = region.shape, inner{s.k - 2, s.j - 2, s.i - 2};
    std::vector<double> maps(features * inner.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t v = 0; v < region.voxels.size(); ++v) {
        const std::size_t voxel = std::size_t(region.voxels[v]);
        const std::size_t k = voxel / s.i / s.j - 1, j = voxel / s.i % s.j - 1, i = voxel % s.i - 1;
        const std::size_t at = (k * inner.j + j) * inner.i + i;
        for (std::size_t f = 0; f < features; ++f) maps[f * inner.size() + at] = values[v * features + f];
    }
    return maps;
}

// map(region) -> (voxels, features), without the GIL.
template <class Level, class Map>
Maps maps_of(const LevelArray<Level>& array, int count, std::size_t features, const Map& map) {
    const Levels<Level> levels = levels_of(array, count, 1);
    std::vector<double> maps;
    {
        nb::gil_scoped_release release;
        const MapRegion region = region_of(levels);
        maps = spread(region, map(region), features);
    }
    return give(std::move(maps), {features, array.shape(0) - 2, array.shape(1) - 2, array.shape(2) - 2});
}

Plan plan_of(const std::vector<Three>& directions, const std::vector<double>& weights, bool merge) {
    if (weights.size() != directions.size()) throw std::invalid_argument("there must be a weight a direction");
    Plan plan{{}, weights, false, merge, 1};
    for (const Three& d : directions) plan.directions.push_back({d[0], d[1], d[2]});
    return plan;
}

Radii radii_of(const Three& radii) {
    if (std::min({radii[0], radii[1], radii[2]}) < 0) throw std::invalid_argument("a radius must not be negative");
    return {radii[0], radii[1], radii[2]};
}

template <class Level>
Maps glcm(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
          const std::vector<double>& weights, bool merge, bool symmetric, const Three& radii, int) {
    const Plan plan = plan_of(directions, weights, merge);
    return maps_of(array, count, kGlcmFeatures + 1, [&](const MapRegion& region) {
        return glcm_map(region, plan, {count, symmetric, true, false}, radii_of(radii));
    });
}

template <class Level>
Maps runs(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
          const std::vector<double>& weights, bool merge, const Three& radii, int) {
    const Plan plan = plan_of(directions, weights, merge);
    return maps_of(array, count, kEntropy + 1,
                   [&](const MapRegion& region) { return run_map(region, plan, radii_of(radii)); });
}

template <class Level>
Maps zones(const LevelArray<Level>& array, int count, const Three& radii, int) {
    return maps_of(array, count, kCountFeatures,
                   [&](const MapRegion& region) { return zone_map(region, radii_of(radii)); });
}

template <class Level>
Maps neighborhoods(const LevelArray<Level>& array, int count, const Three& radii, int border,
                   const std::vector<Three>& steps, int alpha, bool tones, int) {
    if (alpha < 0) throw std::invalid_argument("alpha must not be negative");
    NeighborhoodRule rule{{}, border, alpha, true, 1};
    for (const auto& [k, j, i] : steps) rule.steps.push_back({k, j, i});
    return maps_of(array, count, tones ? kToneFeatures : kCountFeatures, [&](const MapRegion& region) {
        return tones ? tone_map(region, rule, radii_of(radii)) : dependence_map(region, rule, radii_of(radii));
    });
}

// threads: of the CPU's maps, which have the same arguments; a device does not ask for them.
template <class Level>
void register_level(nb::module_& m) {
    m.def("glcm_map", &glcm<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "symmetric"_a, "radii"_a, "threads"_a);
    m.def("glrlm_map", &runs<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "radii"_a, "threads"_a);
    m.def("zone_map", &zones<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a, "threads"_a);
    m.def("neighborhood_map", &neighborhoods<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a, "border"_a,
          "steps"_a, "alpha"_a, "tones"_a, "threads"_a);
}

void register_maps(nb::module_& m) {
    register_level<std::uint8_t>(m);
    register_level<std::uint16_t>(m);
    m.def("devices", &devices);
}

}  // namespace
}  // namespace oncometry::cuda

#ifdef ONCOMETRY_EMULATED
NB_MODULE(_cuda_emulated, m) {
    m.doc() = "For tests: the sources of _cuda on the threads of the host. Slow.";
    oncometry::cuda::register_maps(m);
    m.def("set_lanes", [](int lanes) { oncometry::cuda::emulated_lanes() = lanes; }, "lanes"_a);
}
#else
NB_MODULE(_cuda, m) {
    m.doc() = "Oncometry's maps on a CUDA device. It can be imported where there is none.";
    oncometry::cuda::register_maps(m);
}
#endif
