@NullMarked
package dev.sinter.planner.sizing;

import org.jspecify.annotations.NullMarked;
