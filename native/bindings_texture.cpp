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
#include "rules.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

using Features = nb::ndarray<nb::numpy, double>;

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
                  const std::vector<double>& weights, bool by_slice, bool merge, bool pyradiomics, int threads) {
    const Levels<Level> levels = levels_of(array, count, 1);
    const Plan plan = plan_of(directions, weights, by_slice, merge, threads);
    std::vector<double> features;
    {
        nb::gil_scoped_release release;
        features = glrlm(levels, plan, pyradiomics);
    }
    const std::size_t size = features.size();
    return give(std::move(features), {size});
}

template <class Level>
void register_level(nb::module_& m) {
    m.def("glcm", &glcm_of<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "by_slice"_a,
          "merge"_a, "symmetric"_a, "pyradiomics"_a, "threads"_a);
    m.def("glrlm", &glrlm_of<Level>, "levels"_a.noconvert(), "count"_a, "directions"_a, "weights"_a, "by_slice"_a,
          "merge"_a, "pyradiomics"_a, "threads"_a);
}

}  // namespace

void register_texture(nb::module_& m) {
    register_level<std::uint8_t>(m);
    register_level<std::uint16_t>(m);
}

}  // namespace oncometry
