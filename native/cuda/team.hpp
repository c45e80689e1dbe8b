// The lanes that work on one window together: the threads of a block on a device, threads of the host in the emulation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "anywhere.hpp"

#ifdef __CUDACC__
#define ONCOMETRY_LANE __device__ inline
#else
#define ONCOMETRY_LANE inline
#include "barrier.hpp"
#endif

namespace oncometry::cuda {

// All lanes run the same code, each on its share of a loop: from `lane` in steps of `lanes`, a power of two. What one
// lane wrote another may read only after all have come to sync().
#ifdef __CUDACC__
struct Team {
    int lane, lanes;
    ONCOMETRY_LANE void sync() const { __syncthreads(); }
};
#else
struct Team {
    int lane, lanes;
    Barrier* barrier;
    void sync() const { barrier->wait(); }
};
#endif

// Hands out parts of a team's memory; from address 0, it measures how much they take.
class Arena {
  public:
    ONCOMETRY_ANYWHERE explicit Arena(void* memory) : begin_(std::uintptr_t(memory)), at_(begin_) {}

    template <class T>
    ONCOMETRY_ANYWHERE T* take(int count) {
        at_ = (at_ + alignof(T) - 1) / alignof(T) * alignof(T);
        T* part = reinterpret_cast<T*>(at_);
        at_ += std::size_t(count) * sizeof(T);
        return part;
    }
    ONCOMETRY_ANYWHERE std::size_t taken() const { return at_ - begin_; }

  private:
    std::uintptr_t begin_, at_;
};

constexpr int kMostSums = 12;

// Where the lanes put what they add up: kMostSums a lane, and the totals.
ONCOMETRY_ANYWHERE inline double* take_sums(Arena& arena, int lanes) {
    return arena.take<double>((lanes + 1) * kMostSums);
}

// Each sum over all lanes, added in their order; every lane gets it. A barrier of its own before and after.
template <int N>
ONCOMETRY_LANE void add_up(const Team& team, double* shared, double (&sums)[N]) {
    static_assert(N <= kMostSums);
    double* totals = shared + team.lanes * N;
    for (int n = 0; n < N; ++n) shared[team.lane * N + n] = sums[n];
    team.sync();
    for (int n = team.lane; n < N; n += team.lanes) {
        double total = 0.0;
        for (int lane = 0; lane < team.lanes; ++lane) total += shared[lane * N + n];
        totals[n] = total;
    }
    team.sync();
    for (int n = 0; n < N; ++n) sums[n] = totals[n];
    team.sync();
}

ONCOMETRY_LANE double add_up(const Team& team, double* shared, double value) {
    double sums[1] = {value};
    add_up(team, shared, sums);
    return sums[0];
}

}  // namespace oncometry::cuda
