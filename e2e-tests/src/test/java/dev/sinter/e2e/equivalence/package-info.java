@NullMarked
package dev.sinter.e2e.equivalence;

import org.jspecify.annotations.NullMarked;
