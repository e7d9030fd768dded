# Golden values for src/stats/rank, computed by R's stats package.
#
#     Rscript src/stats/testdata/golden.R > src/stats/testdata/golden-r.json
#
# Needs R (package r-base-core) and nothing else. wilcox.test(b, a) counts pairs in which b is larger, as we do.

set.seed(20261121)

number <- function(x) sprintf("%.15g", x)
numbers <- function(xs) paste0("[", paste(number(xs), collapse = ", "), "]")
field <- function(name, value) sprintf("\"%s\": %s", name, value)
object <- function(...) paste0("{", paste(c(...), collapse = ", "), "}")
list_of <- function(items) paste0("[\n  ", paste(items, collapse = ",\n  "), "\n ]")

side <- function(n, shift, digits) round(exp(rnorm(n, 0, 0.3)) + shift, digits)

# Without ties and below 50 a side R is exact when told so.
exact <- function(n, m, shift, level) {
  a <- side(n, 0, 9)
  b <- side(m, shift, 9)
  test <- wilcox.test(b, a, exact = TRUE, conf.int = TRUE, conf.level = level)
  object(
    field("a", numbers(a)), field("b", numbers(b)), field("level", number(level)),
    field("u", number(unname(test$statistic))), field("p", number(test$p.value)),
    field("shift", number(unname(test$estimate))), field("interval", numbers(test$conf.int))
  )
}

# Normal approximation with R's corrections for ties and continuity.
approximate <- function(n, m, shift, digits) {
  a <- side(n, 0, digits)
  b <- side(m, shift, digits)
  test <- wilcox.test(b, a, exact = FALSE, correct = TRUE)
  object(
    field("a", numbers(a)), field("b", numbers(b)),
    field("u", number(unname(test$statistic))), field("p", number(test$p.value))
  )
}

exact_cases <- c(
  exact(4, 4, 0.2, 0.9), exact(5, 5, 0.6, 0.95), exact(8, 8, 0, 0.95), exact(8, 8, 0.3, 0.95),
  exact(10, 7, 0.25, 0.95), exact(20, 20, 0.1, 0.99), exact(50, 50, 0.1, 0.95), exact(50, 3, -0.4, 0.95)
)
approximate_cases <- c(
  approximate(51, 60, 0.05, 9), approximate(30, 40, 0.1, 1), approximate(60, 60, 0, 1), approximate(26, 26, 0.3, 2)
)
distribution <- sapply(list(c(3, 4, 2), c(8, 8, 13), c(20, 15, 90), c(50, 50, 1000), c(50, 50, 60)), function(x)
  numbers(c(x, pwilcox(x[3], x[1], x[2]))))
ps <- list(c(0.01, 0.04, 0.03), c(0.5, 0.001, 0.02, 0.02, 0.9), c(1, 1), 0.2)
adjusted <- sapply(ps, function(p) object(field("p", numbers(p)), field("holm", numbers(p.adjust(p, "holm")))))

cat(object(
  paste0("\n ", field("version", sprintf("\"%s\"", R.version.string))),
  paste0("\n ", field("exact", list_of(exact_cases))),
  paste0("\n ", field("approximate", list_of(approximate_cases))),
  paste0("\n ", field("distribution", list_of(distribution))),
  paste0("\n ", field("holm", list_of(adjusted)))
), "\n", sep = "")
