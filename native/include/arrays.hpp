// Arrays of NumPy in and out.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "components.hpp"
#include "levels.hpp"

namespace oncometry {

template <class Array>
Shape shape_of(const Array& array) {
    return {int(array.shape(0)), int(array.shape(1)), int(array.shape(2))};
}

// Hands a vector's memory to NumPy.
template <class T>
nanobind::ndarray<nanobind::numpy, T> give(std::vector<T>&& values, std::vector<std::size_t> shape) {
    auto* kept = new std::vector<T>(std::move(values));
    nanobind::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return nanobind::ndarray<nanobind::numpy, T>(kept->data(), shape.size(), shape.data(), owner);
}

template <class Level>
using LevelArray = nanobind::ndarray<const Level, nanobind::ndim<3>, nanobind::c_contig, nanobind::device::cpu>;

// Gray levels with a border so many voxels wide; no level is above the count, which tables are made for.
template <class Level>
Levels<Level> levels_of(const LevelArray<Level>& array, int count, int border) {
    const Shape shape = shape_of(array);
    if (border < 1 || std::min({shape.k, shape.j, shape.i}) < 2 * border) {
        throw std::invalid_argument("the levels must have a border");
    }
    if (count < 0 || count > int(std::numeric_limits<Level>::max())) {
        throw std::invalid_argument("the levels' type must hold their count");
    }
    Level most = 0;
    for (std::size_t n = 0, size = shape.size(); n < size; ++n) most = std::max(most, array.data()[n]);
    if (int(most) > count) throw std::invalid_argument("a level is above the count of levels");
    return {array.data(), shape, count};
}

}  // namespace oncometry
