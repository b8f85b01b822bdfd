@NullMarked
package dev.sinter.merger.supply;

import org.jspecify.annotations.NullMarked;
