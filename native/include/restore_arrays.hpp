// Scores of NumPy in and labels out, wherever they are restored: `Kernels` has `classes` and `regions`.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "restore.hpp"

template <>
struct nanobind::detail::dtype_traits<oncometry::Half> {
    static constexpr dlpack::dtype value{std::uint8_t(dlpack::dtype_code::Float), 16, 1};
    static constexpr auto name = const_name("float16");
};

namespace oncometry {

template <class T>
using ScoreArray = nanobind::ndarray<const T, nanobind::ndim<4>, nanobind::device::cpu>;
using MatrixArray = nanobind::ndarray<const double, nanobind::shape<3, 4>, nanobind::c_contig, nanobind::device::cpu>;

// Zeros that the system gives page by page as they are written, by the thread that writes them.
template <class T>
class Zeros {
  public:
    explicit Zeros(std::size_t count) : data_(static_cast<T*>(std::calloc(std::max<std::size_t>(count, 1), sizeof(T)))) {
        if (data_ == nullptr) throw std::bad_alloc();
    }
    ~Zeros() { std::free(data_); }
    Zeros(const Zeros&) = delete;
    Zeros& operator=(const Zeros&) = delete;

    T* data() const { return data_; }

    // Hands the memory to NumPy.
    nanobind::ndarray<nanobind::numpy, T> give(const std::vector<std::size_t>& shape) {
        nanobind::capsule owner(data_, [](void* p) noexcept { std::free(p); });
        T* data = std::exchange(data_, nullptr);
        return nanobind::ndarray<nanobind::numpy, T>(data, shape.size(), shape.data(), owner);
    }

  private:
    T* data_;
};

template <class T>
Scores<T> scores_of(const ScoreArray<T>& array) {
    Scores<T> scores{array.data(), int(array.shape(0)), {}, std::ptrdiff_t(array.stride(0)), {}};
    for (int axis = 0; axis < 3; ++axis) {
        scores.shape[axis] = int(array.shape(std::size_t(axis) + 1));
        scores.stride[axis] = std::ptrdiff_t(array.stride(std::size_t(axis) + 1));
        if (scores.shape[axis] < 1) throw std::invalid_argument("the scores must have voxels");
    }
    if (scores.channels < 1 || scores.channels > 256) throw std::invalid_argument("there must be 1 to 256 channels");
    return scores;
}

inline Mapping mapping_of(const MatrixArray& matrix) {
    Mapping mapping{};
    std::copy(matrix.data(), matrix.data() + 12, &mapping.row[0][0]);
    return mapping;
}

inline Shape target_of(const std::array<int, 3>& shape) {
    if (std::min({shape[0], shape[1], shape[2]}) < 1) throw std::invalid_argument("the target must have voxels");
    return {shape[2], shape[1], shape[0]};
}

template <class Kernels, class T>
auto classes_of(const ScoreArray<T>& array, const MatrixArray& matrix, const std::array<int, 3>& shape, int threads) {
    const Scores<T> scores = scores_of(array);
    const Shape target = target_of(shape);
    const Mapping mapping = mapping_of(matrix);
    Zeros<std::uint8_t> labels(target.size());
    {
        nanobind::gil_scoped_release release;
        Kernels::classes(scores, mapping, target, labels.data(), threads);
    }
    return labels.give({std::size_t(target.k), std::size_t(target.j), std::size_t(target.i)});
}

template <class Kernels, class T>
auto regions_of(const ScoreArray<T>& array, const MatrixArray& matrix, const std::array<int, 3>& shape,
                const std::vector<float>& above, const std::vector<std::uint8_t>& given, int threads) {
    const Scores<T> logits = scores_of(array);
    const Shape target = target_of(shape);
    const Mapping mapping = mapping_of(matrix);
    const std::size_t regions = std::size_t(logits.channels);
    if (above.size() != regions || given.size() != regions) {
        throw std::invalid_argument("there must be a threshold and a label for each region");
    }
    std::vector<RegionRule> rules;
    for (std::size_t r = 0; r < regions; ++r) rules.push_back({above[r], given[r]});
    Zeros<std::uint8_t> labels(target.size());
    Zeros<float> probabilities(regions * target.size());
    {
        nanobind::gil_scoped_release release;
        Kernels::regions(logits, mapping, target, rules, labels.data(), probabilities.data(), threads);
    }
    const std::size_t k = std::size_t(target.k), j = std::size_t(target.j), i = std::size_t(target.i);
    return nanobind::make_tuple(labels.give({k, j, i}), probabilities.give({regions, k, j, i}));
}

template <class Kernels, class T>
void register_restore_of(nanobind::module_& m) {
    using namespace nanobind::literals;
    m.def("restore_classes", &classes_of<Kernels, T>, "scores"_a.noconvert(), "matrix"_a.noconvert(), "shape"_a,
          "threads"_a);
    m.def("restore_regions", &regions_of<Kernels, T>, "logits"_a.noconvert(), "matrix"_a.noconvert(), "shape"_a,
          "above"_a, "labels"_a, "threads"_a);
}

template <class Kernels>
void register_restore(nanobind::module_& m) {
    register_restore_of<Kernels, float>(m);
    register_restore_of<Kernels, Half>(m);
}

}  // namespace oncometry
