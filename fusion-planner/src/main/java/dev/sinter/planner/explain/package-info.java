@NullMarked
package dev.sinter.planner.explain;

import org.jspecify.annotations.NullMarked;
