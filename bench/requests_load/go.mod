module requests_load

go 1.22
