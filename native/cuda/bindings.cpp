// Maps on a device, under the names and with the arguments that _native's have: levels in, (features, k, j, i) out.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <limits>
#include <optional>
#include <stdexcept>

#include "arrays.hpp"
#include "maps.hpp"
#include "rules.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry::cuda {
#ifdef ONCOMETRY_EMULATED
int& emulated_lanes();
#endif
void register_scores(nb::module_& m);
namespace {

using Centers = std::optional<nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>>;
using Maps = nb::ndarray<nb::numpy, double>;

Shape inner_of(const Shape& levels) { return {levels.k - 2, levels.j - 2, levels.i - 2}; }

// The region's voxels, and of those the wanted ones. wanted: in the shape without border, or null.
template <class Level>
MapRegion region_of(const Levels<Level>& levels, const std::uint8_t* wanted) {
    const Shape inner = inner_of(levels.shape);
    MapRegion region{{levels.data, levels.data + levels.shape.size()}, levels.shape, {}, levels.count};
    for (int k = 0; k < inner.k; ++k) {
        for (int j = 0; j < inner.j; ++j) {
            const std::size_t row = (std::size_t(k + 1) * levels.shape.j + j + 1) * levels.shape.i + 1;
            const std::uint8_t* wanted_row = wanted + (std::size_t(k) * inner.j + j) * inner.i;
            for (int i = 0; i < inner.i; ++i) {
                if (levels.data[row + i] == 0 || (wanted != nullptr && wanted_row[i] == 0)) continue;
                region.voxels.push_back(std::int64_t(row + i));
            }
        }
    }
    return region;
}

// From (voxels, features) to maps in the shape of the levels less their border; NaN outside the region.
std::vector<double> spread(const MapRegion& region, const std::vector<double>& values, std::size_t features) {
    const Shape s = region.shape, inner = inner_of(s);
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
Maps maps_of(const LevelArray<Level>& array, int count, const Centers& centers, std::size_t features, const Map& map) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Shape inner = inner_of(levels.shape);
    if (centers) {
        const Shape s = shape_of(*centers);
        if (s.k != inner.k || s.j != inner.j || s.i != inner.i) {
            throw std::invalid_argument("the centers must have the levels' shape less their border");
        }
    }
    const std::uint8_t* wanted = centers ? centers->data() : nullptr;
    std::vector<double> maps;
    {
        nb::gil_scoped_release release;
        const MapRegion region = region_of(levels, wanted);
        maps = spread(region, map(region), features);
    }
    return give(std::move(maps), {features, std::size_t(inner.k), std::size_t(inner.j), std::size_t(inner.i)});
}

Radii radii_of(const Three& radii) {
    if (std::min({radii[0], radii[1], radii[2]}) < 0) throw std::invalid_argument("a radius must not be negative");
    return {radii[0], radii[1], radii[2]};
}

template <class Level>
Maps glcm_maps(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
               const std::vector<double>& weights, bool merge, bool symmetric, bool pyradiomics, const Three& radii,
               const Centers& centers, int) {
    const Plan plan = plan_of(directions, weights, false, merge, 1);
    return maps_of(array, count, centers, std::size_t(kGlcmFeatures + pyradiomics), [&](const MapRegion& region) {
        return glcm_map(region, plan, {count, symmetric, pyradiomics, false}, radii_of(radii));
    });
}

template <class Level>
Maps glrlm_maps(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
                const std::vector<double>& weights, bool merge, bool pyradiomics, const Three& radii,
                const Centers& centers, int) {
    const Plan plan = plan_of(directions, weights, false, merge, 1);
    return maps_of(array, count, centers, kEntropy + 1,
                   [&](const MapRegion& region) { return run_map(region, plan, pyradiomics, radii_of(radii)); });
}

template <class Level>
Maps zone_maps(const LevelArray<Level>& array, int count, const Three& radii, const Centers& centers, int) {
    return maps_of(array, count, centers, kCountFeatures,
                   [&](const MapRegion& region) { return zone_map(region, radii_of(radii)); });
}

template <class Level>
Maps neighborhood_maps(const LevelArray<Level>& array, int count, const Three& radii, int border,
                       const std::vector<Three>& steps, int alpha, bool lone, bool tones, const Centers& centers, int) {
    const NeighborhoodRule rule = rule_of(steps, border, alpha, lone, 1);
    return maps_of(array, count, centers, std::size_t(tones ? kToneFeatures : kCountFeatures),
                   [&](const MapRegion& region) {
                       return tones ? tone_map(region, rule, radii_of(radii))
                                    : dependence_map(region, rule, radii_of(radii));
                   });
}

// threads: of the CPU's maps, which have the same arguments; a device does not ask for them.
template <class Level>
void register_level(nb::module_& m) {
    m.def("glcm_map", &glcm_maps<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "symmetric"_a, "pyradiomics"_a, "radii"_a, "centers"_a.noconvert().none(), "threads"_a);
    m.def("glrlm_map", &glrlm_maps<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "pyradiomics"_a, "radii"_a, "centers"_a.noconvert().none(), "threads"_a);
    m.def("zone_map", &zone_maps<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a, "centers"_a.noconvert().none(),
          "threads"_a);
    m.def("neighborhood_map", &neighborhood_maps<Level>, "levels"_a.noconvert(), "count"_a, "radii"_a, "border"_a,
          "steps"_a, "alpha"_a, "lone"_a, "tones"_a, "centers"_a.noconvert().none(), "threads"_a);
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
    oncometry::cuda::register_scores(m);
    m.def("set_lanes", [](int lanes) { oncometry::cuda::emulated_lanes() = lanes; }, "lanes"_a);
}
#else
NB_MODULE(_cuda, m) {
    m.doc() = "Oncometry's maps and the restoring of scores on a CUDA device. It can be imported where there is none.";
    oncometry::cuda::register_maps(m);
    oncometry::cuda::register_scores(m);
}
#endif
