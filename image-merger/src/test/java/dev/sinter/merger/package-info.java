@NullMarked
package dev.sinter.merger;

import org.jspecify.annotations.NullMarked;
