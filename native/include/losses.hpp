// Losses to boost: their gradient at scores, and the step of a leaf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace oncometry {

class Loss {
  public:
    virtual ~Loss() = default;
    // Of each row.
    virtual std::size_t scores() const = 0;
    // Minus the derivative of each row's loss, by its weight; both arrays scores x rows.
    virtual void gradient(const double* scores, double* found) const = 0;
    // What a leaf of these rows adds to a score, where `pull` is the score's gradient.
    virtual double step(const double* pull, std::size_t score, const std::uint32_t* rows, std::size_t count) const = 0;
};

struct Outcomes {
    const double* values;   // columns x rows
    const double* weights;  // of each row, above 0
    std::size_t columns, rows;
};

// values: numbers, one column.
std::unique_ptr<Loss> squared_loss(const Outcomes& outcomes);
// values: 0 or 1; one column: the score is the log odds of 1; a column of each class: their log odds by softmax.
std::unique_ptr<Loss> class_loss(const Outcomes& outcomes);
// values: how many of the times at which events happened each row reached, and whether it had the event at the last of
// them. Minus the log partial likelihood, ties by Breslow. Source: Cox, doi:10.1111/j.2517-6161.1972.tb00899.x.
std::unique_ptr<Loss> cox_loss(const Outcomes& outcomes);

}  // namespace oncometry
