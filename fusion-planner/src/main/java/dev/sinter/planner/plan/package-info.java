@NullMarked
package dev.sinter.planner.plan;

import org.jspecify.annotations.NullMarked;
