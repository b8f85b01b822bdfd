@NullMarked
package dev.sinter.planner.solve;

import org.jspecify.annotations.NullMarked;
