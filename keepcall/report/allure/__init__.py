"""Allure's results and its report."""
