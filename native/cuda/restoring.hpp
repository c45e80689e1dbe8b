// The twins of restore.hpp: the same arguments, and host memory in and out. No thread count: a device has its own.
#pragma once

#include "restore.hpp"

namespace oncometry::cuda {

// All throw std::runtime_error for what a device refuses.
template <class T>
void restore_classes(const Scores<T>& scores, const Mapping& mapping, Shape target, std::uint8_t* labels);

template <class T>
void restore_regions(const Scores<T>& logits, const Mapping& mapping, Shape target,
                     const std::vector<RegionRule>& rules, std::uint8_t* labels, float* probabilities);

}  // namespace oncometry::cuda
