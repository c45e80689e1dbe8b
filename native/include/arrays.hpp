// Arrays of NumPy in and out.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "components.hpp"

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

}  // namespace oncometry
