// Gray levels in, texture features out. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "arrays.hpp"
#include "glcm.hpp"
#include "glrlm.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using Three = std::array<int, 3>;
using Features = nb::ndarray<nb::numpy, double>;

Plan plan_of(const std::vector<Three>& directions, const std::vector<double>& weights, bool by_slice, bool merge,
             int threads) {
    if (weights.size() != directions.size()) throw std::invalid_argument("there must be a weight a direction");
    Plan plan{{}, weights, by_slice, merge, threads};
    for (const Three& d : directions) plan.directions.push_back({d[0], d[1], d[2]});
    return plan;
}

template <class Level>
Features glcm_of(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
                 const std::vector<double>& weights, bool by_slice, bool merge, bool symmetric, bool pyradiomics,
                 int threads) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Plan plan = plan_of(directions, weights, by_slice, merge, threads);
    std::vector<double> features;
    {
        nb::gil_scoped_release release;
        features = glcm(levels, plan, {count, symmetric, pyradiomics, false});
    }
    const std::size_t size = features.size();
    return give(std::move(features), {size});
}

template <class Level>
Features glrlm_of(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
                  const std::vector<double>& weights, bool by_slice, bool merge, int threads) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Plan plan = plan_of(directions, weights, by_slice, merge, threads);
    std::vector<double> features;
    {
        nb::gil_scoped_release release;
        features = glrlm(levels, plan);
    }
    const std::size_t size = features.size();
    return give(std::move(features), {size});
}

template <class Level>
Features glcm_map_of(const LevelArray<Level>& array, int count, const std::vector<Three>& directions,
                     const std::vector<double>& weights, bool merge, bool symmetric, const Three& radii, int threads) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Plan plan = plan_of(directions, weights, false, merge, threads);
    const std::vector<std::size_t> shape{std::size_t(kGlcmFeatures + 1), array.shape(0) - 2, array.shape(1) - 2,
                                         array.shape(2) - 2};
    std::vector<double> map(shape[0] * shape[1] * shape[2] * shape[3]);
    {
        nb::gil_scoped_release release;
        glcm_map(levels, plan, {count, symmetric, true, false}, {radii[0], radii[1], radii[2]}, map.data());
    }
    return give(std::move(map), shape);
}

template <class Level>
void register_level(nb::module_& m) {
    m.def("glcm", &glcm_of<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "by_slice"_a,
          "merge"_a, "symmetric"_a, "pyradiomics"_a, "threads"_a);
    m.def("glcm_map", &glcm_map_of<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "merge"_a,
          "symmetric"_a, "radii"_a, "threads"_a);
    m.def("glrlm", &glrlm_of<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "by_slice"_a,
          "merge"_a, "threads"_a);
}

}  // namespace

void register_texture(nb::module_& m) {
    register_level<std::uint8_t>(m);
    register_level<std::uint16_t>(m);
}

}  // namespace oncometry
