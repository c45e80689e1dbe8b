// Voxels on a device, each on its own: a thread takes one after the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "team.hpp"

#ifdef __CUDACC__
#include "launch.hpp"
#else
#include "emulation.hpp"
#endif

namespace oncometry::cuda {

#ifdef __CUDACC__

// What the host has, on the device.
template <class T>
class Input {
  public:
    Input(const T* values, std::size_t count) : memory_(count) { memory_.copy_from(values, count); }
    const T* data() const { return memory_.data(); }

  private:
    OnDevice<T> memory_;
};

// What the device computes, on its way to the host; all is written, or else is 0.
template <class T>
class Output {
  public:
    Output(T* values, std::size_t count) : memory_(count), values_(values), count_(count) {
        check(cudaMemset(memory_.data(), 0, count * sizeof(T)), "cannot clear the device's memory");
    }
    T* data() const { return memory_.data(); }
    void hand_over() const { memory_.copy_to(values_, count_); }

  private:
    OnDevice<T> memory_;
    T* values_;
    std::size_t count_;
};

template <class Body>
__global__ void voxels_kernel(Body body, std::int64_t count) {
    const std::int64_t step = std::int64_t(gridDim.x) * blockDim.x;
    for (std::int64_t v = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x; v < count; v += step) body(v);
}

template <class Body>
void for_voxels(const Body& body, std::int64_t count) {
    constexpr int lanes = 256;
    constexpr std::int64_t most_blocks = 1 << 20;
    const int blocks = int(std::min((count + lanes - 1) / lanes, most_blocks));
    voxels_kernel<<<blocks, lanes>>>(body, count);
    check(cudaGetLastError(), "the kernel cannot be started");
}

#else

template <class T>
class Input {
  public:
    Input(const T* values, std::size_t) : values_(values) {}
    const T* data() const { return values_; }

  private:
    const T* values_;
};

template <class T>
class Output {
  public:
    Output(T* values, std::size_t) : values_(values) {}
    T* data() const { return values_; }
    void hand_over() const {}

  private:
    T* values_;
};

template <class Body>
void for_voxels(const Body& body, std::int64_t count) {
    const int lanes = emulated_lanes();
    std::vector<std::thread> threads;
    for (int lane = 0; lane < lanes; ++lane) {
        threads.emplace_back([&body, lane, lanes, count] {
            for (std::int64_t v = lane; v < count; v += lanes) body(v);
        });
    }
    for (std::thread& thread : threads) thread.join();
}

#endif

}  // namespace oncometry::cuda
