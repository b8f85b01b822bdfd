/** How much memory and CPU one instance of a workload needs: the cheapest size that keeps the latency asked for. */
@NullMarked
package dev.sinter.planner.sizing;

import org.jspecify.annotations.NullMarked;
