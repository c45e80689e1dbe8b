// Zone and neighborhood families: levels in, features out. The GIL is released while they are counted.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "directional.hpp"
#include "neighborhoods.hpp"
#include "parallel.hpp"
#include "rules.hpp"
#include "zones.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using MaskArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Values = std::vector<double>;
using TwoFamilies = std::pair<Values, Values>;

// features(slices, threads) of all slices together, or the mean of each slice's.
template <class Features>
TwoFamilies over_slices(int border, int size, bool by_slice, int threads, const Features& features) {
    if (!by_slice) return features(Slab{border, size - border}, threads);
    const int count = size - 2 * border;
    std::vector<Values> first, second;
    first.resize(std::size_t(count));
    second.resize(std::size_t(count));
    run_jobs(count, threads, [&](int slice) {
        const int k = border + slice;
        std::tie(first[std::size_t(slice)], second[std::size_t(slice)]) = features(Slab{k, k + 1}, 1);
    });
    const TwoFamilies none = features(Slab{border, border}, 1);
    return {mean_of_rows(first, int(none.first.size())), mean_of_rows(second, int(none.second.size()))};
}

Values listed(const CountFeatures& features) { return {features.begin(), features.end()}; }

template <class Level>
TwoFamilies zones(const LevelArray<Level>& array, int count, const std::optional<MaskArray>& morphological,
                  bool in_plane, bool by_slice, int threads) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Shape box{levels.shape.k - 2, levels.shape.j - 2, levels.shape.i - 2};
    if (morphological) {
        const auto& mask = *morphological;
        if (int(mask.shape(0)) != box.k || int(mask.shape(1)) != box.j || int(mask.shape(2)) != box.i) {
            throw std::invalid_argument("the mask must have the levels' shape less their border");
        }
    }
    nb::gil_scoped_release release;
    DistanceMap map;
    if (morphological) map = border_distances(morphological->data(), box, {in_plane, threads});
    const std::uint16_t* distances = morphological ? map.data() : nullptr;
    const std::vector<Extent> extents = row_extents(levels);
    return over_slices(1, levels.shape.k, by_slice, threads, [&](Slab slices, int share) {
        const auto found = find_zones(ZoneSource<Level>{levels, extents, distances}, slices, {in_plane, share});
        const ZoneMatrices matrices = zone_matrices(found, levels.count, distances != nullptr);
        return TwoFamilies{listed(count_features(matrices.sizes)), listed(count_features(matrices.distances))};
    });
}

template <class Level>
TwoFamilies neighborhoods(const LevelArray<Level>& array, int count, int border,
                          const std::vector<Three>& steps, int alpha, bool lone, bool by_slice,
                          int threads) {
    const Levels<Level> levels = levels_of(array, count, border);
    const NeighborhoodRule rule = rule_of(steps, border, alpha, lone, threads);
    nb::gil_scoped_release release;
    const std::vector<Extent> extents = row_extents(levels);
    return over_slices(border, levels.shape.k, by_slice, threads, [&](Slab slices, int share) {
        NeighborhoodRule shared = rule;
        shared.threads = share;
        const NeighborhoodMatrices matrices = neighborhood_matrices(levels, extents, slices, shared);
        const auto tones = tone_features(matrices.differences);
        return TwoFamilies{listed(count_features(matrices.dependences)), {tones.begin(), tones.end()}};
    });
}

template <class Level>
void register_for(nb::module_& m) {
    m.def("zones", &zones<Level>, "levels"_a.noconvert(), "count"_a, "morphological"_a.noconvert().none(),
          "in_plane"_a, "by_slice"_a, "threads"_a);
    m.def("neighborhoods", &neighborhoods<Level>, "levels"_a.noconvert(), "count"_a, "border"_a, "steps"_a, "alpha"_a,
          "lone"_a, "by_slice"_a, "threads"_a);
}

}  // namespace

void register_zones(nb::module_& m) {
    register_for<std::uint8_t>(m);
    register_for<std::uint16_t>(m);
}

}  // namespace oncometry
