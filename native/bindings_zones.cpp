// Zone and neighborhood families: levels in, features out. The GIL is released while they are counted.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "neighborhoods.hpp"
#include "parallel.hpp"
#include "zones.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

template <class Level>
using LevelArray = nb::ndarray<const Level, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using MaskArray = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Values = std::vector<double>;
using TwoFamilies = std::pair<Values, Values>;

template <class Level>
Levels<Level> levels_of(const LevelArray<Level>& array, int count, int border) {
    const Shape shape{int(array.shape(0)), int(array.shape(1)), int(array.shape(2))};
    if (border < 1 || std::min({shape.k, shape.j, shape.i}) < 2 * border) {
        throw std::invalid_argument("the levels must have a border");
    }
    if (count < 0 || count > int(std::numeric_limits<Level>::max())) {
        throw std::invalid_argument("the levels' type must hold their count");
    }
    const std::size_t size = shape.size();
    if (size > 0 && int(*std::max_element(array.data(), array.data() + size)) > count) {
        throw std::invalid_argument("a level is above the count of levels");
    }
    return {array.data(), shape, count};
}

// Mean of each feature over the slices that have it; NaN where none has.
Values mean_of_slices(const std::vector<TwoFamilies>& slices, Values TwoFamilies::*family, std::size_t features) {
    Values means;
    for (std::size_t f = 0; f < features; ++f) {
        double sum = 0.0;
        int count = 0;
        for (const TwoFamilies& both : slices) {
            const double value = (both.*family)[f];
            if (std::isnan(value)) continue;
            sum += value;
            ++count;
        }
        means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
    }
    return means;
}

// features(begin, end, threads) of all slices together, or the mean of each slice's.
template <class Features>
TwoFamilies over_slices(int border, int size, bool by_slice, int threads, const Features& features) {
    if (!by_slice) return features(border, size - border, threads);
    std::vector<TwoFamilies> slices(std::size_t(size) - 2 * std::size_t(border));
    run_jobs(size - 2 * border, threads, [&](int slice) {
        slices[std::size_t(slice)] = features(border + slice, border + slice + 1, 1);
    });
    const TwoFamilies none = features(border, border, 1);
    return {mean_of_slices(slices, &TwoFamilies::first, none.first.size()),
            mean_of_slices(slices, &TwoFamilies::second, none.second.size())};
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
    return over_slices(1, levels.shape.k, by_slice, threads, [&](int begin, int end, int share) {
        const auto found = find_zones(levels, distances, begin, end, {in_plane, share});
        const ZoneMatrices matrices = zone_matrices(found, levels.count, distances != nullptr);
        return TwoFamilies{listed(count_features(matrices.sizes)), listed(count_features(matrices.distances))};
    });
}

std::vector<NeighborStep> steps_of(const std::vector<std::array<int, 3>>& given, int border) {
    std::vector<NeighborStep> steps;
    for (const auto& [k, j, i] : given) {
        if (std::max({std::abs(k), std::abs(j), std::abs(i)}) > border) {
            throw std::invalid_argument("a step must not lead beyond the levels' border");
        }
        steps.push_back({k, j, i});
    }
    return steps;
}

template <class Level>
TwoFamilies neighborhoods(const LevelArray<Level>& array, int count, int border,
                          const std::vector<std::array<int, 3>>& steps, int alpha, bool by_slice, int threads) {
    const Levels<Level> levels = levels_of(array, count, border);
    const NeighborhoodRule rule{steps_of(steps, border), border, alpha, threads};
    nb::gil_scoped_release release;
    return over_slices(border, levels.shape.k, by_slice, threads, [&](int begin, int end, int share) {
        NeighborhoodRule shared = rule;
        shared.threads = share;
        const NeighborhoodMatrices matrices = neighborhood_matrices(levels, begin, end, shared);
        const auto tones = tone_features(matrices.differences);
        return TwoFamilies{listed(count_features(matrices.dependences)), {tones.begin(), tones.end()}};
    });
}

template <class Level>
void register_for(nb::module_& m) {
    m.def("zones", &zones<Level>, "levels"_a.noconvert(), "count"_a, "morphological"_a.noconvert().none(),
          "in_plane"_a, "by_slice"_a, "threads"_a);
    m.def("neighborhoods", &neighborhoods<Level>, "levels"_a.noconvert(), "count"_a, "border"_a, "steps"_a, "alpha"_a,
          "by_slice"_a, "threads"_a);
}

}  // namespace

void register_zones(nb::module_& m) {
    register_for<std::uint8_t>(m);
    register_for<std::uint16_t>(m);
}

}  // namespace oncometry
